//! The shipped settings with only some findings on, so that detectors can be measured by themselves.

use std::fs;
use std::path::Path;

use lingbao::rulebook::detector_settings::DetectorSettings;

/// These cannot be switched off.
const CERTAINTIES: [&str; 5] = ["F105", "F201", "F202", "F203", "F205"];
/// What the settings stand on besides.
const FACTS: [&str; 5] =
    ["neighbours.csv", "holidays.csv", "cyclic_diseases.csv", "solvents.csv", "sources.csv"];

/// The settings of `data` with those findings on that `is_on` says, and the certainties.
pub fn only(
    data: &Path,
    is_on: impl Fn(&str) -> bool,
) -> Result<DetectorSettings, Box<dyn std::error::Error>> {
    let text = fs::read_to_string(data.join("findings.toml"))?;
    let (mut written, mut on) = (String::new(), true);
    for line in text.lines() {
        if let Some(code) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            on = is_on(code) || CERTAINTIES.contains(&code);
        }
        let line = if on { line.to_owned() } else { line.replace("= true", "= false") };
        written.push_str(&line);
        written.push('\n');
    }
    let folder = tempfile::tempdir()?;
    for name in FACTS {
        fs::copy(data.join(name), folder.path().join(name))?;
    }
    fs::write(folder.path().join("findings.toml"), written)?;
    Ok(DetectorSettings::load(folder.path()).unwrap_or_else(|faults| panic!("{faults:?}")))
}
