//! What is left when a run is killed, finds no room, may not write, or is not alone: the earlier
//! reports whole or none, a message in both languages, and a next run that completes.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lingbao::lock::Lock;
use lingbao::report::verify;
use lingbao::run::Setup;
use tempfile::TempDir;

use crate::batch::Batch;
use crate::cli::{lingbao, text};
use crate::data;
use crate::recompute::copy;

/// Nothing here takes so long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often is looked whether a moment has come.
const GLANCE: Duration = Duration::from_micros(200);

/// A batch and a place for its reports.
struct Place {
    folder: TempDir,
    batch: TempDir,
}

impl Place {
    fn new() -> Place {
        let mut batch = Batch::world();
        batch.claim("A1", &[]).claim("A2", &[("工伤标志", "是"), ("票据号码", "2")]);
        Place { folder: TempDir::new().expect("a folder"), batch: batch.write() }
    }

    /// Below a folder of its own, which may be taken away.
    fn out(&self) -> PathBuf {
        self.folder.path().join("reports/2024-06")
    }

    fn arguments(&self) -> Vec<String> {
        let key = self.folder.path().join("key");
        let shown = |path: &Path| path.to_str().expect("a plain path").to_owned();
        let (batch, out, key) = (shown(self.batch.path()), shown(&self.out()), shown(&key));
        ["run", &batch, "--month", "2024-06", "--out", &out, "--key", &key]
            .map(str::to_owned)
            .into()
    }

    fn run(&self) -> Output {
        lingbao(&self.arguments().iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn start(&self) -> Started {
        let child = Command::new(env!("CARGO_BIN_EXE_lingbao"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("LC_ALL", "zh_CN.UTF-8")
            .args(self.arguments())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        Started(child.expect("the program runs"))
    }

    /// Another batch than before, so that its reports are others.
    fn change(&self) {
        let claims = self.batch.path().join("claims.csv");
        let other = fs::read_to_string(&claims).expect("claims").replace("王试", "王试试");
        fs::write(claims, other).expect("claims");
    }

    /// What stands beside the reports, hidden or not.
    fn beside(&self) -> Vec<String> {
        let entries = fs::read_dir(self.out().parent().expect("a folder")).into_iter().flatten();
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> =
            names.map(|name| name.into_string().expect("a name")).collect();
        names.sort();
        names
    }

    fn completes(&self) {
        let output = self.run();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(verify(&self.out()).expect("a manifest"), []);
        assert_eq!(self.beside(), ["2024-06"], "nothing is left beside it");
    }
}

/// A run that does not outlive its test.
struct Started(Child);

impl Started {
    fn kill(mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("it ends");
    }

    fn ended(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        let mut stderr = self.0.stderr.take().expect("a pipe");
        std::io::Read::read_to_string(&mut stderr, &mut said).expect("text");
        (self.0.wait().expect("it ends").code(), said)
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().expect("a child").is_none()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let read = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().expect("a name");
        (name, fs::read(entry.path()).expect("a file"))
    };
    entries.map(read).collect()
}

fn files_in(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn a_run_killed_anywhere_leaves_whole_reports_or_none_and_the_next_one_completes() {
    let place = Place::new();
    let reports = place.out().parent().expect("a folder").to_owned();
    let (lock, draft) = (reports.join(".2024-06.lock"), reports.join(".2024-06.draft"));
    let previous = reports.join(".2024-06.previous");
    // The moments of a run as they show on the disk; between the first and the second it reads,
    // decides and looks for findings, which shows nowhere, so there it is killed by the clock.
    type Moment<'m> = (&'m str, Box<dyn Fn() -> bool + 'm>, u64);
    let mut moments: Vec<Moment<'_>> = vec![
        ("while it reads its data", Box::new(|| true), 50),
        ("when nobody else may write", Box::new(|| lock.exists()), 0),
        ("when it makes way", Box::new(|| previous.exists()), 0),
        ("after its manifest", Box::new(|| draft.join("manifest.json").exists()), 0),
    ];
    for later in [5, 10, 20, 40, 80] {
        moments.push(("between reading and writing", Box::new(|| lock.exists()), later));
    }
    for files in [0, 1, 3, 6, 9, 12, 14] {
        let draft = &draft;
        let is_there = move || draft.exists() && files_in(draft) >= files;
        moments.push(("while it writes", Box::new(is_there), 0));
    }
    for has_earlier in [false, true] {
        let earlier = has_earlier.then(|| {
            place.completes();
            bytes(&place.out())
        });
        place.change();
        let mut replaced = Vec::new();
        for (moment, has_come, later) in &moments {
            let mut run = place.start();
            let begun = Instant::now();
            while run.is_running() && !has_come() {
                assert!(begun.elapsed() < PATIENCE, "{moment} never comes");
                thread::sleep(GLANCE);
            }
            thread::sleep(Duration::from_millis(*later));
            run.kill();
            if place.out().exists() {
                assert_eq!(verify(&place.out()).expect("a manifest"), [], "{moment}");
            }
            // Between the renames the earlier reports stand aside, whole.
            let whole =
                if previous.exists() && !place.out().exists() { &previous } else { &place.out() };
            if let Some(earlier) = &earlier {
                assert!(whole.exists(), "{moment}: the earlier reports are gone");
                let found = bytes(whole);
                if found != *earlier {
                    replaced.push((*moment, found));
                }
            }
        }
        place.completes();
        let last = bytes(&place.out());
        assert!(earlier != Some(last.clone()), "the reports are those of the new batch");
        for (moment, found) in replaced.drain(..) {
            assert!(found == last, "{moment}: neither the earlier reports nor the new ones");
        }
    }
}

#[test]
fn a_disk_without_room_is_said_in_both_languages_and_costs_nothing_that_was_there() {
    let place = Place::new();
    place.completes();
    let earlier = bytes(&place.out());
    place.change();
    // Blocks of the shell; a file that grows past them is refused as on a full disk.
    let limited = |blocks: u32, lang: &str| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
        Command::new("sh")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["-c", &script, env!("CARGO_BIN_EXE_lingbao")])
            .args(place.arguments())
            .args(["--lang", lang])
            .output()
            .expect("a shell")
    };
    for (lang, said) in [
        ("zh", ["报表未写出，原有报表未动", "文件超过系统允许的大小"]),
        ("en", ["no reports written, earlier ones untouched", "larger than the system allows"]),
    ] {
        for blocks in [0, 1, 4, 16, 64] {
            let output = limited(blocks, lang);
            let told = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{blocks} blocks: {told}");
            assert!(said.iter().all(|said| told.contains(said)), "{blocks} blocks: {told}");
            assert_eq!(told.lines().count(), 1, "{blocks} blocks: {told}");
            assert!(bytes(&place.out()) == earlier, "{blocks} blocks: earlier reports changed");
            assert_eq!(place.beside(), ["2024-06"], "{blocks} blocks: no draft is left");
        }
    }
    place.completes();
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let place = Place::new();
    let file = place.folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let mut nowhere = vec![file.join("2024-06"), PathBuf::from("/dev/full/2024-06")];
    // Permissions do not bind the superuser.
    if !rustix::process::getuid().is_root() {
        let locked = place.folder.path().join("locked");
        fs::create_dir(&locked).expect("a folder");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o500);
        fs::set_permissions(&locked, mode).expect("no permission");
        nowhere.push(locked.join("2024-06"));
    }
    for out in nowhere {
        let mut arguments = place.arguments();
        let at = arguments.iter().position(|argument| argument == "--out").expect("an option");
        arguments[at + 1] = out.to_str().expect("a plain path").to_owned();
        for (lang, said) in [("zh", "报表未写出"), ("en", "no reports written")] {
            let with_lang = arguments.iter().map(String::as_str).chain(["--lang", lang]);
            let output = lingbao(&with_lang.collect::<Vec<_>>());
            let told = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{}: {told}", out.display());
            assert!(told.contains(said) && told.lines().count() == 1, "{told}");
        }
        assert!(!out.exists());
    }
}

#[test]
fn reports_that_are_taken_away_meanwhile_do_not_matter_and_their_place_does() {
    let place = Place::new();
    place.completes();
    let draft = place.out().with_file_name(".2024-06.draft");
    let is_writing = |run: &mut Started| {
        let begun = Instant::now();
        while run.is_running() && !draft.exists() {
            assert!(begun.elapsed() < PATIENCE, "it never writes");
            thread::sleep(GLANCE);
        }
    };
    let mut run = place.start();
    is_writing(&mut run);
    let _ = fs::remove_dir_all(place.out());
    let (code, said) = run.ended();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(verify(&place.out()).expect("a manifest"), []);

    let mut run = place.start();
    is_writing(&mut run);
    let reports = place.out().parent().expect("a folder").to_owned();
    let begun = Instant::now();
    while reports.exists() && begun.elapsed() < PATIENCE {
        let _ = fs::remove_dir_all(&reports);
    }
    let (code, said) = run.ended();
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("文件或文件夹不存在"), "{said}");
    assert!(!place.out().exists());
    place.completes();
}

#[test]
fn a_second_run_on_the_same_reports_says_who_is_at_it() {
    let place = Place::new();
    place.completes();
    let lock = place.out().with_file_name(".2024-06.lock");
    let held = Lock::take(&lock, "another run").expect("free");
    let earlier = bytes(&place.out());
    let me = std::process::id().to_string();
    for (lang, said) in [("zh", "进程号"), ("en", "in use by another process")] {
        let arguments = place.arguments();
        let with_lang = arguments.iter().map(String::as_str).chain(["--lang", lang]);
        let output = lingbao(&with_lang.collect::<Vec<_>>());
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.contains(said) && told.contains(&me) && told.contains("another run"),
            "{told}"
        );
    }
    assert!(bytes(&place.out()) == earlier);
    drop(held);

    let runs = [place.start(), place.start(), place.start()].map(Started::ended);
    let done = runs.iter().filter(|(code, _)| *code == Some(0)).count();
    assert!(done >= 1, "{runs:?}");
    for (code, said) in &runs {
        assert!(*code == Some(0) || *code == Some(2) && said.contains("另一个进程"), "{runs:?}");
    }
    place.completes();
}

#[test]
fn data_that_change_while_they_are_read_are_refused_by_name() {
    let folder = TempDir::new().expect("a folder");
    let data_folder = folder.path().join("data");
    copy(&data(), &data_folder);
    let name = "findings.toml";
    let is_over = AtomicBool::new(false);
    let loaded = thread::scope(|scope| {
        scope.spawn(|| {
            let path = data_folder.join(name);
            let mut file = File::options().append(true).open(path).expect("a data file");
            while !is_over.load(Ordering::Relaxed) {
                file.write_all(b"# worked on\n").expect("written");
                thread::sleep(Duration::from_millis(1));
            }
        });
        let loaded = Setup::load(&data_folder);
        is_over.store(true, Ordering::Relaxed);
        loaded
    });
    let Err(problems) = loaded else { panic!("the data were taken") };
    let told: Vec<_> = problems.iter().map(|p| (p.kind, p.place.file.as_str())).collect();
    assert_eq!(told, [("data-changed", name)]);
    assert!(Setup::load(&data_folder).is_ok(), "and taken when they rest");
}
