//! Data files of any content, and names of places; see [`crate::fuzzing`].

use std::path::Path;
use std::sync::OnceLock;

use super::divisions::Divisions;
use super::layouts;
use super::reading::DataFile;
use super::region::Region;
use crate::domain::RegionCode;

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data"))
}

/// A cell that says where.
pub fn region(text: &str) {
    static DIVISIONS: OnceLock<Divisions> = OnceLock::new();
    let divisions = DIVISIONS.get_or_init(|| Divisions::load(data()).expect("divisions"));
    if let Ok(code) = divisions.resolve(text) {
        assert!(!divisions.name(code).is_empty(), "{code} has no name");
    }
}

/// A file of headers.
pub fn layout(text: &str) {
    let file = DataFile::new("layouts/claims.toml", text);
    let _ = layouts::examine(&file);
}

/// A region's rules, beside the description that is shipped.
pub fn policy(text: &str) {
    static REGION: OnceLock<String> = OnceLock::new();
    let shipped = REGION.get_or_init(|| {
        std::fs::read_to_string(data().join("regions/420100/region.toml")).expect("a region")
    });
    let region = DataFile::new("region.toml", shipped.as_str());
    let code = RegionCode::parse("420100").expect("a code");
    let policy = DataFile::new("policy.toml", text);
    let _ = Region::of(code, &region, &policy, &mut Vec::new());
}
