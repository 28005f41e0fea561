//! The three voices of `lingbao explain`: a gallery of claims of the demo in
//! `tests/golden/explain/`, where a person can read them, and what holds for every claim.
//!
//! `LINGBAO_BLESS=1 cargo test` writes the gallery anew; the difference is then for the reviewer.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;

use lingbao::domain::{Lang, Money};
use lingbao::report::{Voice, explain};

use crate::cli::{lingbao, text};

/// Situations of the gallery, each with the claim of the demo that is in it.
const GALLERY: &[(&str, &str)] = &[
    ("paid", "WH-2024-0001"),
    ("paid-over-the-limit", "BJ-2024-0005"),
    ("paid-serious-illness", "WH-2024-0009"),
    ("reduced-by-route", "NC-2024-0004"),
    ("reduced-by-lapsed-month", "WH-2024-0019"),
    ("refused-unfiled", "BJ-2024-0025"),
    ("refused-lapsed", "WH-2024-0025"),
    ("refused-settled", "BJ-2024-0019"),
    ("refused-death", "BJ-2024-0018"),
    ("refused-past-deadline", "BJ-2024-0023"),
    ("pending-documents", "BJ-2024-0029"),
    ("pending-bill", "BJ-2024-0032"),
    ("pending-not-modelled", "BJ-2024-0033"),
    ("held-one-invoice-twice", "SJ-2024-0022"),
    ("held-overlapping-stays", "WH-2024-0034"),
];

const VOICES: [(Voice, &str); 3] =
    [(Voice::Clerk, "clerk"), (Voice::Claimant, "claimant"), (Voice::Auditor, "auditor")];
const LANGS: [(Lang, &str); 2] = [(Lang::Zh, "zh"), (Lang::En, "en")];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A claim of the demo in one voice; each is asked for by several tests.
fn told(claim: &str, voice: Voice, lang: Lang) -> String {
    static TOLD: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());
    let key = format!("{claim} {voice:?} {lang:?}");
    let known = TOLD.lock().expect("no test fails in here").get(&key).cloned();
    known.unwrap_or_else(|| {
        let run = root().join("reports/demo/2024-06");
        let text = explain(&run, claim, voice, lang);
        let text = text.unwrap_or_else(|error| panic!("{claim}: {error}"));
        TOLD.lock().expect("no test fails in here").insert(key, text.clone());
        text
    })
}

/// Every claim of the demo with its outcome, total, what the funds pay and what the person pays.
fn claims() -> Vec<(String, String, [Money; 3])> {
    let path = root().join("reports/demo/2024-06/decisions.csv");
    let mut reader = csv::Reader::from_path(path).expect("the demo's decisions");
    let header = reader.headers().expect("a header").clone();
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| {
        let cell = |name: &str| {
            let place = header.iter().position(|title| title == name).expect("a column");
            row[place].to_owned()
        };
        let money = |name: &str| Money::parse(&cell(name)).expect("an amount");
        let sums = [money("total"), money("fund_total"), money("person_total")];
        (cell("claim_id"), cell("outcome"), sums)
    })
    .collect()
}

#[test]
fn every_voice_reads_as_in_the_gallery() {
    let folder = root().join("tests/golden/explain");
    for (situation, claim) in GALLERY {
        let mut shown = String::new();
        for (voice, voice_word) in VOICES {
            for (lang, lang_word) in LANGS {
                let text = told(claim, voice, lang);
                shown +=
                    &format!("═══ {claim} --voice {voice_word} --lang {lang_word}\n\n{text}\n");
            }
        }
        let golden = folder.join(format!("{situation}.txt"));
        if std::env::var_os("LINGBAO_BLESS").is_some() {
            fs::create_dir_all(&folder).expect("a folder");
            fs::write(&golden, &shown).expect("the gallery is written");
        }
        let expected = fs::read_to_string(&golden).expect("the gallery");
        for (line, (shown, expected)) in shown.lines().zip(expected.lines()).enumerate() {
            assert_eq!(shown, expected, "line {} of {situation}.txt", line + 1);
        }
        assert_eq!(shown.lines().count(), expected.lines().count(), "{situation}.txt");
    }
    for file in fs::read_dir(&folder).expect("the gallery") {
        let name = file.expect("a file").file_name().to_string_lossy().into_owned();
        let known = GALLERY.iter().any(|(situation, _)| format!("{situation}.txt") == name);
        assert!(known, "{name} is nobody's");
    }
}

/// Every amount in a text, `1,234.50` as it stands.
fn amounts(text: &str) -> Vec<Money> {
    let is_part = |c: char| c.is_ascii_digit() || c == ',' || c == '.';
    let words = text.split(|c: char| !is_part(c)).map(|word| word.trim_matches([',', '.']));
    let money = words.filter(|word| {
        word.split_once('.').is_some_and(|(_, fen)| fen.len() == 2 && !fen.contains('.'))
    });
    money.filter_map(|word| Money::parse(&word.replace(',', "")).ok()).collect()
}

/// What stands between the first `from` and the next `to` in a text.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Option<&'t str> {
    let after = &text[text.find(from)? + from.len()..];
    Some(&after[..after.find(to)?])
}

#[test]
fn the_sums_of_a_clerks_paragraph_add_up_to_the_claim() {
    let mut compared = 0;
    for (claim, outcome, [total, fund, person]) in claims() {
        for (lang, whole, parts) in [
            (Lang::Zh, ("基金合计付 ", "。"), ("个人负担 ", "）。")),
            (Lang::En, ("The funds pay ", ". "), ("the person ", "). ")),
        ] {
            let text = told(&claim, Voice::Clerk, lang);
            assert_eq!(text.lines().count(), 1, "{claim}: one paragraph\n{text}");
            assert_eq!(amounts(&text)[0], total, "{claim}: {text}");
            if !matches!(&*outcome, "pay" | "pay_reduced" | "hold") {
                continue;
            }
            let said = between(&text, whole.0, whole.1).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(amounts(said)[..2], [fund, person], "{claim}: {text}");
            let said = between(&text, parts.0, parts.1).unwrap_or_else(|| panic!("{text}"));
            let said = amounts(said);
            assert_eq!(said[1..].iter().sum::<Money>(), said[0], "{claim}: {text}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared}");
}

#[test]
fn the_sums_of_a_notice_add_up_to_the_claim_and_it_holds_no_code() {
    for (claim, outcome, [total, fund, person]) in claims() {
        let text = told(&claim, Voice::Claimant, Lang::Zh);
        if &*outcome == "pend" {
            assert!(text.contains("这不是拒绝报销"), "{claim}: {text}");
        } else {
            let result = between(&text, "审核结果\n", "\n\n").expect("a result");
            assert_eq!(amounts(result)[..3], [total, fund, person], "{claim}: {text}");
            assert_eq!(fund + person, total, "{claim}");
        }
        let costs = between(&text, "费用核对\n", "\n\n");
        if let Some(costs) = costs {
            let (billed, groups) = costs.split_once('\n').expect("groups");
            let of = |mark: &str| -> Money {
                let lines = groups.lines().filter(|line| line.trim_start().starts_with(mark));
                lines.map(|line| amounts(line)[0]).sum()
            };
            assert_eq!(of("·"), amounts(billed)[0], "{claim}: {text}");
            let unpaid = groups.lines().find(|line| line.contains("不能报销的费用"));
            let unpaid = unpaid.map_or(Money::ZERO, |line| amounts(line)[0]);
            assert_eq!(of("其中"), unpaid, "{claim}: {text}");
        }
        if let Some(ending) = between(&text, "合计：", "\n") {
            let said = amounts(ending);
            assert_eq!(said[..2], [fund, person], "{claim}: {text}");
            assert!(
                said.len() == 2 || said[2..].iter().sum::<Money>() == person,
                "{claim}: {text}"
            );
        }
        for lang in [Lang::Zh, Lang::En] {
            let text = told(&claim, Voice::Claimant, lang);
            let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let is_code = |word: &str| {
                let digits = word.trim_start_matches(['F', 'G']);
                digits.len() + 1 == word.len()
                    && (2..=3).contains(&digits.len())
                    && digits.bytes().all(|byte| byte.is_ascii_digit())
            };
            let codes: Vec<&str> =
                words.filter(|word| is_code(word) || word.contains('_')).collect();
            assert!(codes.is_empty(), "{claim} says {codes:?} in\n{text}");
        }
    }
}

#[test]
fn a_notice_that_is_no_final_word_says_so_and_the_others_say_how_to_dissent() {
    for (claim, outcome, _) in claims() {
        for (lang, open, days, going_on) in [
            (Lang::Zh, "还没有作出最终决定", "60 日", ["怎样办理", "接下来"]),
            (Lang::En, "Nothing is decided finally", "within 60 days", ["can do", "happens next"]),
        ] {
            let text = told(&claim, Voice::Claimant, lang);
            let is_open = matches!(&*outcome, "pend" | "hold");
            assert_eq!(text.contains(open), is_open, "{claim}: {text}");
            assert_eq!(text.contains(days), !is_open, "{claim}: {text}");
            let tells = going_on.iter().any(|title| text.contains(title));
            assert!(tells || outcome.starts_with("pay"), "{claim}: {text}");
        }
    }
}

#[test]
fn the_voice_is_chosen_on_the_command_line_and_is_the_auditors_without_a_choice() {
    let said = |more: &[&str]| {
        let usual = ["explain", "WH-2024-0001", "--run", "reports/demo/2024-06", "--lang", "zh"];
        text(&lingbao(&[&usual[..], more].concat()).stdout)
    };
    assert_eq!(said(&[]), said(&["--voice", "auditor"]));
    assert!(said(&[]).contains("420100/deductible/employee"));
    assert!(said(&["--voice", "clerk"]).contains("由统筹付 17,049.60 元"));
    assert!(said(&["--voice", "claimant"]).contains("告知书"));
    assert_eq!(lingbao(&["explain", "X", "--voice", "judge"]).status.code(), Some(2));
}
