//! The books from the command line: run, post, run again, take back, prove; and what is left of
//! them when a post is killed, refused or not alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx, open_workbook};
use lingbao::ledger::Ledger;
use lingbao::lock::Lock;
use tempfile::TempDir;

use crate::batch::{Batch, LIU, WANG};
use crate::cli::{lingbao, text};
use crate::data;
use crate::recompute::copy;

/// A folder with batches, data, reports and books.
struct Office {
    folder: TempDir,
}

impl Office {
    fn new() -> Office {
        let office = Office { folder: TempDir::new().expect("a folder") };
        copy(&data(), &office.at("data"));
        let mut march = Batch::world();
        march.claim("M1", &[("受理日期", "2024-03-20")]);
        copy(march.write().path(), &office.at("march"));
        let mut june = Batch::world();
        june.claim("J1", &[("入院日期", "2024-01-04"), ("出院日期", "2024-01-15")]);
        copy(june.write().path(), &office.at("june"));
        office
    }

    fn at(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    fn shown(&self, inside: &str) -> String {
        self.at(inside).to_str().expect("a plain path").to_owned()
    }

    fn run_arguments(&self, batch: &str, month: &str) -> Vec<String> {
        let [batch, out, data, key, ledger] =
            [batch, &format!("out-{month}"), "data", "key", "books.db"].map(|it| self.shown(it));
        let pairs = [
            ("--month", month),
            ("--out", &out),
            ("--data", &data),
            ("--key", &key),
            ("--ledger", &ledger),
        ];
        let pairs = pairs.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]);
        ["run".to_owned(), batch].into_iter().chain(pairs).collect()
    }

    fn run(&self, batch: &str, month: &str) -> Output {
        let arguments = self.run_arguments(batch, month);
        let output = lingbao(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        output
    }

    fn post_arguments(&self, month: &str) -> [String; 6] {
        let run = self.shown(&format!("out-{month}"));
        ["post", &run, "--on", "2024-07-05", "--by", "王经办"].map(str::to_owned)
    }

    fn post(&self, month: &str) -> Output {
        lingbao(&self.post_arguments(month).each_ref().map(String::as_str))
    }

    fn posted(&self, batch: &str, month: &str) {
        self.run(batch, month);
        let output = self.post(month);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        self.is_sound();
    }

    fn books(&self, arguments: &[&str]) -> Output {
        let ledger = self.shown("books.db");
        lingbao(&[&["ledger", "--ledger", &ledger], arguments].concat())
    }

    fn is_sound(&self) {
        let output = self.books(&["check"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    }

    fn refused(&self, output: &Output, reason: &str) {
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(reason), "{reason} is not in\n{told}");
    }

    fn entries(&self) -> u64 {
        match Ledger::read(&self.at("books.db")) {
            Ok(ledger) => ledger.head().expect("a head").entries,
            Err(_) => 0,
        }
    }
}

fn sheets(path: &Path) -> Vec<Vec<Vec<String>>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let names = book.sheet_names();
    let shown = |cell: &Data| cell.to_string();
    let sheet = |name: &String| {
        let range = book.worksheet_range(name).expect("a sheet");
        range.rows().map(|row| row.iter().map(shown).collect()).collect()
    };
    names.iter().map(sheet).collect()
}

#[test]
fn a_late_claim_yields_a_delta_with_both_workings_and_is_paid_with_it() {
    let office = Office::new();
    office.posted("march", "2024-03");
    let output = office.run("june", "2024-06");
    let said = text(&output.stdout);
    assert!(said.contains("账上已有 1 件一并重算，1 件有变动：补支 344.00 元"), "{said}");
    let deltas = fs::read_to_string(office.at("out-2024-06/deltas.csv")).expect("deltas");
    let row = deltas.lines().nth(1).expect("one row");
    assert!(row.starts_with("M1,P"), "{row}");
    assert!(row.contains(",2024-03,supplement,year,pay,pay,,,16512.00,16856.00,344.00,"), "{row}");
    let sheets = sheets(&office.at("out-2024-06/deltas.xlsx"));
    assert!(sheets[0][0][0].contains("补支 344.00 元"), "{:?}", sheets[0][0]);
    let workings: Vec<&str> =
        sheets[2].iter().flat_map(|row| [row[2].as_str(), row[3].as_str()]).collect();
    assert!(
        workings.iter().any(|step| step.contains("本年第1次住院，标准800.00元")),
        "{workings:?}"
    );
    assert!(
        workings.iter().any(|step| step.contains("本年第2次住院，标准400.00元")),
        "{workings:?}"
    );
    let payments = fs::read_to_string(office.at("out-2024-06/payments.csv")).expect("payments");
    // 16,512.00 of January and 344.00 more for March, to the one account.
    assert!(payments.contains("16856.00") && payments.contains("J1;M1"), "{payments}");
    assert!(!deltas.contains(WANG) && !deltas.contains("王试"), "{deltas}");
    assert_eq!(office.post("2024-06").status.code(), Some(0));
    office.is_sound();
    // Nothing new: nothing to pay.
    let again = office.run("june", "2024-06");
    assert!(text(&again.stdout).contains("拨付 0 笔 0.00 元"), "{}", text(&again.stdout));
    let deltas = fs::read_to_string(office.at("out-2024-06/deltas.csv")).expect("deltas");
    assert_eq!(deltas.lines().count(), 1, "{deltas}");
}

#[test]
fn what_is_not_as_the_draft_was_is_not_posted() {
    let office = Office::new();
    office.run("march", "2024-03");
    let claims = fs::read_to_string(office.at("march/claims.csv")).expect("claims");
    fs::write(office.at("march/claims.csv"), claims.replace("20000", "20001")).expect("written");
    office.refused(&office.post("2024-03"), "批次文件与运行时不同");
    fs::write(office.at("march/claims.csv"), claims).expect("written");
    let findings = fs::read_to_string(office.at("data/findings.toml")).expect("findings");
    fs::write(office.at("data/findings.toml"), format!("{findings}\n# later\n")).expect("written");
    office.refused(&office.post("2024-03"), "数据文件与运行时不同");
    fs::write(office.at("data/findings.toml"), findings).expect("written");
    let decisions = office.at("out-2024-03/decisions.csv");
    let original = fs::read_to_string(&decisions).expect("decisions");
    fs::write(&decisions, original.replace("16512.00", "16513.00")).expect("written");
    office.refused(&office.post("2024-03"), "decisions.csv");
    fs::write(&decisions, original).expect("written");
    assert_eq!(office.entries(), 0, "nothing was posted");
    assert_eq!(office.post("2024-03").status.code(), Some(0));
    office.refused(&office.post("2024-03"), "已过账（2024-03 账期，2024-07-05，王经办）");
}

#[test]
fn a_draft_made_before_another_was_posted_is_not_posted() {
    let office = Office::new();
    office.run("march", "2024-03");
    office.run("june", "2024-06");
    assert_eq!(office.post("2024-06").status.code(), Some(0));
    office.refused(&office.post("2024-03"), "试算之后账本已变动");
    office.is_sound();
    office.posted("march", "2024-03");
}

#[test]
fn a_posted_run_is_proven_on_the_books_as_they_stood() {
    let office = Office::new();
    office.posted("march", "2024-03");
    office.posted("june", "2024-06");
    for month in ["2024-03", "2024-06"] {
        let run = office.shown(&format!("out-{month}"));
        let output = lingbao(&["verify", &run, "--recompute"]);
        assert_eq!(output.status.code(), Some(0), "{month}: {}", text(&output.stderr));
    }
}

#[test]
fn the_books_are_shown_masked_exported_and_taken_back() {
    let office = Office::new();
    office.posted("march", "2024-03");
    office.posted("june", "2024-06");
    let shown = |what: &str| text(&office.books(&["show", what]).stdout);
    let of_claim = shown("M1");
    assert!(of_claim.contains("16512.00") && of_claim.contains("16856.00"), "{of_claim}");
    assert!(of_claim.contains("冲销") && !of_claim.contains(WANG), "{of_claim}");
    let of_person = shown(WANG);
    assert!(of_person.contains("2024 年度 420100 职工：2 件，住院 2 次"), "{of_person}");
    assert!(!of_person.contains(WANG) && !of_person.contains("王试"), "{of_person}");
    assert!(shown("2024-06").contains("2024-06 账期"), "{}", shown("2024-06"));
    office.refused(&office.books(&["show", LIU]), "账上没有");
    let (out, key) = (office.shown("exported"), office.shown("key"));
    let output = office.books(&["export", "--out", &out, "--key", &key]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let entries = fs::read_to_string(office.at("exported/entries.csv")).expect("entries");
    assert_eq!(entries.lines().count(), 5, "two decisions, a mirror and a third: {entries}");
    assert!(!entries.contains(WANG));
    let years = fs::read_to_string(office.at("exported/accumulators.csv")).expect("years");
    let year = years.lines().nth(1).expect("one year");
    // Two stays of 20,000: 800 and 400 of deductible, 16,512 and 16,856 of the fund.
    assert!(year.ends_with(",420100,employee,2024,2,2,40000.00,40000.00,1200.00,33368.00,6632.00"));
    assert!(year.starts_with('P') && years.lines().count() == 2, "{years}");
    let output = lingbao(&["verify", &out]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    fs::write(office.at("exported/accumulators.csv"), years.replace("1200", "1100"))
        .expect("written");
    office.refused(&lingbao(&["verify", &out]), "accumulators.csv");
    let ledger = office.shown("books.db");
    let reverse = |target: &str, why: &str| {
        let arguments = ["reverse", target, "--why", why, "--ledger", &ledger];
        lingbao(&[&arguments[..], &["--on", "2024-07-06", "--by", "李稽核"]].concat())
    };
    office.refused(&reverse("X9", "wrong"), "账上没有申报 X9");
    office.refused(&reverse("J1", " "), "请写明冲销原因");
    let output = reverse("J1", "票据作废");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("已冲销 1 件，已下达的 16512.00 元"));
    office.is_sound();
    assert!(shown("J1").contains("已冲销"), "{}", shown("J1"));
}

#[test]
fn the_second_writer_is_told_who_holds_the_books() {
    let office = Office::new();
    office.run("march", "2024-03");
    let lock = Lock::take(&office.at("books.db.lock"), "lingbao post 别处").expect("free");
    let output = office.post("2024-03");
    office.refused(&output, &std::process::id().to_string());
    assert!(text(&output.stderr).contains("lingbao post 别处"), "{}", text(&output.stderr));
    drop(lock);
    assert_eq!(office.post("2024-03").status.code(), Some(0));
}

#[test]
fn a_post_killed_anywhere_is_on_the_books_whole_or_not_at_all() {
    let office = Office::new();
    office.posted("march", "2024-03");
    office.run("june", "2024-06");
    let before = office.entries();
    let mut delay = Duration::ZERO;
    // Until one gets through: by then every moment of it was tried.
    loop {
        let mut child = Command::new(env!("CARGO_BIN_EXE_lingbao"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(office.post_arguments("2024-06"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program runs");
        thread::sleep(delay);
        let ended = child.try_wait().expect("a child").is_some();
        let _ = child.kill();
        child.wait().expect("it ends");
        office.is_sound();
        let entries = office.entries();
        if entries != before {
            assert_eq!(entries - before, 6, "a run, a decision, a mirror, a decision, two orders");
            break;
        }
        assert!(!ended, "a post that ended has posted");
        delay += Duration::from_millis(15);
    }
    office.refused(&office.post("2024-06"), "已过账");
}

#[cfg(unix)]
#[test]
fn a_post_without_room_changes_nothing_and_says_so() {
    let office = Office::new();
    office.posted("march", "2024-03");
    office.run("june", "2024-06");
    let before = office.entries();
    let words = office.post_arguments("2024-06").map(|word| format!("'{word}'")).join(" ");
    let program = env!("CARGO_BIN_EXE_lingbao");
    // No file may grow past 1 KiB; the books are larger already.
    let script = format!("trap '' XFSZ; ulimit -f 2; exec '{program}' {words}");
    let output = Command::new("sh")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("LC_ALL", "zh_CN.UTF-8")
        .args(["-c", &script])
        .output()
        .expect("a shell");
    office.refused(&output, "账本");
    assert_eq!(office.entries(), before);
    office.is_sound();
    assert_eq!(office.post("2024-06").status.code(), Some(0));
    office.is_sound();
}
