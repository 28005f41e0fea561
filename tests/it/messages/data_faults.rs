//! A small data folder that is right, and what is told when something in it is wrong. A change to
//! one file is one section; the last section has faults in several files, told all at once.

use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use lingbao::domain::Code;
use lingbao::flow::{Problem, TableKind};
use lingbao::run::Setup;
use tempfile::TempDir;

use crate::data;

const REGION: &str = r#"code = "420100"
name = "某市"

[[source]]
id = "guide"
title = "某市待遇指南"
grade = "Q-A"

[coverage]
modelled = []
not_modelled = []
"#;

const POLICY: &str = r#"[[year]]
id = "year"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { first_day = "01-01" }

[[catalog]]
id = "catalog"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { decides = "treatment" }

[[contribution]]
id = "paid"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { lapse = "by_day", make_up_months = 3 }

[[filing]]
id = "filing"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { late = "no", commitment_counts = true, third_place = "unfiled", emergency_counts = true }

[[deadline]]
id = "deadline"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { months_after = 12 }

[[deductible]]
id = "employee"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { stays = [{ tier = "3", figures = ["800", "400"] }] }

[[ratio]]
id = "employee"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01", to = "2026-01-01" }
basis = { source = "guide" }
[ratio.rule]
axis = "from_zero"
rows = [{ tier = "3", bands = [{ to = "10000", ratio = "0.85" }, { ratio = "0.9" }] }]

[[ratio]]
id = "employee-2026"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2026-01-01" }
basis = { source = "guide" }
rule = { axis = "from_zero", rows = [{ tier = "3", ratio = "0.88" }] }

[[route]]
id = "referral"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { routes = ["referral"], effect = "adjusted", points = "0.1" }
"#;

const CATALOG: &str = "\
code,local_code,class,first_pay,ceiling_tier1,ceiling_tier2,ceiling_tier3,from,to,source,verified,note
001102000030000,110200003,A,0,,,22.50,2023-01-01,2024-01-01,list,true,
001102000030000,110200003,A,0,,,25.00,2024-01-01,,list,true,
XA06ADF336P001010100233,,B,0.10,,,,2023-01-01,,list,false,
";

const ITEMS: &str = "\
code,kind,name,form,class,sex,age_min,age_max,min_hospital_tier,care,only_fund,max_days,diagnosis,source,verified
001102000030000,service,急诊诊查费,,A,,,,,,,,,list,true
XA06ADF336P001010100233,drug,某口服液,,B,,2,11,2,inpatient|chronic,,,,list,false
";

const EXEMPTIONS: &str = r#"[[source]]
id = "notice"
title = "两地互认免备案"
grade = "Q-B"

[[exemption]]
id = "two-cities"
regions = ["420100", "440300"]
care = ["inpatient"]
from = "2023-04-01"
basis = { source = "notice" }
"#;

const DIVISIONS: &str = "\
code,name,level,parent,from_year,to_year,status,successors
420000,湖北省,province,,1981,,in_use,
420100,武汉市,prefecture,420000,1981,,in_use,
440000,广东省,province,,1981,,in_use,
440300,深圳市,prefecture,440000,1981,,in_use,
440304,福田区,county,440300,1990,,in_use,
440322,旧县,county,440300,1981,1990,retired,440304@1990
";

const NAMES: &str = "short_name,code,kind,ambiguous_with\n深圳,440300,short,\n";
const WORDS: &str = "list,word,alias\nscheme,employee,职工\nflag,yes,是\n";
const MATERIALS: &str = "list,word,alias\nmaterial,invoice,票据\n";
const SOURCES: &str = "id,title,document,publisher,link,grade,note\nlist,某市项目目录,,,,Q-A,\n";
const CERTAIN: [&str; 5] = ["F105", "F201", "F202", "F203", "F205"];

fn findings() -> String {
    let of = |code: &Code| {
        let word = if CERTAIN.contains(&code.as_str()) { "block" } else { "warn" };
        let thresholds = match code.as_str() {
            "F404" => "thresholds = { gap_max_days = 7 }\n",
            "F501" => "thresholds = { persons_min = 3 }\n",
            _ => "",
        };
        format!("[{code}]\nseverity = \"{word}\"\nenabled = true\n{thresholds}")
    };
    Code::ALL.iter().filter(|code| code.as_str().starts_with('F')).map(of).collect()
}

/// Writes the folder with everything right in it. The layouts are the shipped ones.
fn write(folder: &Path) {
    fs::create_dir_all(folder.join("regions/420100")).expect("a folder");
    fs::create_dir_all(folder.join("layouts")).expect("a folder");
    let tables = TableKind::ALL.iter().map(|table| table.word());
    for name in tables.chain(["bank_transfer"]) {
        let name = format!("layouts/{name}.toml");
        fs::copy(data().join(&name), folder.join(&name)).expect("a copy");
    }
    for (name, text) in [
        (REGION_FILE, REGION),
        (POLICY_FILE, POLICY),
        (CATALOG_FILE, CATALOG),
        ("items.csv", ITEMS),
        ("exemptions.toml", EXEMPTIONS),
        ("divisions.csv", DIVISIONS),
        ("division_names.csv", NAMES),
        ("vocabulary.csv", WORDS),
        ("vocabulary_materials.csv", MATERIALS),
        ("sources.csv", SOURCES),
        ("findings.toml", &findings()),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
}

const REGION_FILE: &str = "regions/420100/region.toml";
const POLICY_FILE: &str = "regions/420100/policy.toml";
const CATALOG_FILE: &str = "regions/420100/catalog.csv";
const TIPS: &str = "layouts/tips.toml";
const BANK: &str = "layouts/bank_transfer.toml";

/// A change of one file: every `from` becomes `to`. An empty `from` appends.
#[derive(Debug)]
struct Change(&'static str, &'static str, &'static str);

fn apply(folder: &Path, Change(file, from, to): &Change) {
    let path = folder.join(file);
    if *to == GONE {
        return fs::remove_file(path).expect("the file was there");
    }
    let text = fs::read_to_string(&path).expect("the file is there");
    if *to == IN_GB18030 {
        return fs::write(path, GB18030.encode(&text).0).expect("a file");
    }
    assert!(text.contains(from), "{file} has no {from}");
    let changed = if from.is_empty() { text + to } else { text.replace(from, to) };
    fs::write(path, changed).expect("a file");
}

/// Instead of a text: the file is removed, or encoded as Excel saves a plain CSV.
const GONE: &str = "(gone)";
const IN_GB18030: &str = "(GB18030)";

/// What is told of the folder after some changes.
fn check(changes: &[Change]) -> Vec<Problem> {
    let folder = TempDir::new().expect("a folder");
    write(folder.path());
    for change in changes {
        apply(folder.path(), change);
    }
    match Setup::load(folder.path()) {
        Ok(_) => panic!("nothing is told of {changes:?}"),
        Err(problems) => problems,
    }
}

#[test]
fn the_small_data_folder_is_right_before_anything_is_changed() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path());
    let told = Setup::load(folder.path()).err();
    assert!(told.is_none(), "{told:?}");
}

#[test]
fn every_fault_of_the_data_is_told_with_its_file_and_line() {
    for Case(heading, changes, without_line) in cases() {
        let told = check(&changes);
        for problem in &told {
            let files: Vec<&str> = changes.iter().map(|change| change.0).collect();
            assert!(files.contains(&problem.place.file.as_str()), "{heading}: {problem:?}");
            assert_eq!(problem.place.row.is_none(), without_line, "{heading}: {problem:?}");
        }
    }
}

#[test]
fn faults_of_several_files_are_told_at_once() {
    let told = check(&at_once());
    let files: Vec<&str> = told.iter().map(|problem| problem.place.file.as_str()).collect();
    for Change(file, _, _) in at_once() {
        assert!(files.contains(&file), "{file} is not in {files:?}");
    }
    assert_eq!(files.len(), at_once().len(), "{told:#?}");
}

/// The sections of the gallery.
pub fn sections() -> Vec<(String, Vec<Problem>)> {
    let mut sections: Vec<(String, Vec<Problem>)> = cases()
        .into_iter()
        .map(|Case(heading, changes, _)| (format!("数据 · {heading}"), check(&changes)))
        .collect();
    sections.push(("数据 · several files at once".to_owned(), check(&at_once())));
    sections
}

fn at_once() -> [Change; 6] {
    [
        Change(REGION_FILE, "name = ", "nome = "),
        Change(POLICY_FILE, "\"800\"", "800"),
        Change(CATALOG_FILE, "22.50", "22,50"),
        Change("divisions.csv", "湖北省,province", "湖北省,state"),
        Change("findings.toml", "gap_max_days = 7", "gap_max_days = 7000"),
        Change("vocabulary.csv", "yes,是", "yse,是"),
    ]
}

const FILING: &str = "id = \"filing\"\napplies = { scheme = [\"employee\"]";
const FILING_OF_OTHERS: &str = "id = \"filing\"\napplies = { scheme = [\"resident\"]";
const FILING_OF_NOBODY: &str = "id = \"filing\"\napplies = { scheme = []";
const SECOND_SOURCE: &str = r#"[[source]]
id = "guide"
title = "另一份"
grade = "Q-A"

[coverage]"#;
const SECOND_EXEMPTION: &str = r#"
[[exemption]]
id = "two-cities"
regions = ["420100"]
care = ["inpatient"]
from = "2023-04-01"
to = "2023-01-01"
basis = { source = "none" }
"#;

/// What is wrong, the changes that make it so, and whether it has no line of its own.
struct Case(&'static str, Vec<Change>, bool);

fn cases() -> Vec<Case> {
    let at_line = |&(heading, file, from, to): &(&'static str, _, _, _)| {
        Case(heading, vec![Change(file, from, to)], false)
    };
    let of_file = |&(heading, file, from, to): &(&'static str, _, _, _)| {
        Case(heading, vec![Change(file, from, to)], true)
    };
    AT_A_LINE.iter().map(at_line).chain(OF_A_FILE.iter().map(of_file)).collect()
}

type Row = (&'static str, &'static str, &'static str, &'static str);

/// Faults with a line: what it is, the file, what is replaced, by what.
const AT_A_LINE: &[Row] = &[
    ("an unknown key", POLICY_FILE, "make_up_months", "makeup_months"),
    ("a key that is missing", POLICY_FILE, "rule = { months_after = 12 }", ""),
    ("a key given twice", REGION_FILE, "name =", "code = \"1\"\nname ="),
    ("not written as TOML", REGION_FILE, "\"某市\"", "\"某市"),
    ("a figure without quotes", POLICY_FILE, "\"800\"", "800"),
    ("a ratio in per cent", POLICY_FILE, "\"0.88\"", "\"88%\""),
    ("a day that does not exist", POLICY_FILE, "2026-01-01\" }\n", "2026-02-30\" }\n"),
    ("a word that is not in the list", POLICY_FILE, "[\"referral\"]", "[\"refferal\"]"),
    ("a word of another list", POLICY_FILE, "\"by_day\"", "\"daily\""),
    ("another type", POLICY_FILE, "make_up_months = 3", "make_up_months = \"3\""),
    ("dates that overlap", POLICY_FILE, ", to = \"2026-01-01\"", ""),
    ("an end before its beginning", POLICY_FILE, "to = \"2026-01-01\"", "to = \"2022-01-01\""),
    ("a clause that is missing", POLICY_FILE, FILING, FILING_OF_OTHERS),
    ("an unknown source", POLICY_FILE, "\"guide\" }\n[ratio.rule]", "\"gide\" }\n[ratio.rule]"),
    ("a clause id used twice", POLICY_FILE, "employee-2026", "employee"),
    ("a clause for nobody", POLICY_FILE, FILING, FILING_OF_NOBODY),
    (
        "parts that make no rule",
        POLICY_FILE,
        "{ months_after = 12 }",
        "{ months_after = 12, next_year = \"01-20\" }",
    ),
    ("bands with a gap", POLICY_FILE, "{ ratio = \"0.9\" }", "{ to = \"20000\", ratio = \"0.9\" }"),
    ("the code of another region", REGION_FILE, "420100", "420200"),
    ("a source id used twice", REGION_FILE, "[coverage]", SECOND_SOURCE),
    ("an exemption id used twice", "exemptions.toml", "", SECOND_EXEMPTION),
    ("a price that is no price", CATALOG_FILE, "22.50", "二十二元"),
    ("class B without a first pay", CATALOG_FILE, "B,0.10", "B,"),
    ("prices that overlap", CATALOG_FILE, "2023-01-01,2024-01-01", "2023-01-01,"),
    ("a price that ends too soon", CATALOG_FILE, ",2024-01-01,list", ",2022-01-01,list"),
    ("a code that is in no list", CATALOG_FILE, "XA06ADF336P001010100233", "XA06"),
    ("a local code of two items", CATALOG_FILE, "233,,B", "233,110200003,B"),
    ("a row from nowhere", CATALOG_FILE, "list,false", "lsit,false"),
    ("neither true nor false", CATALOG_FILE, "list,false", "list,是"),
    ("a row with a cell too many", CATALOG_FILE, "22.50", "1,022.50"),
    ("other columns", "items.csv", "code,kind,name", "code,name,kind"),
    ("an item of no kind", "items.csv", ",service,", ",services,"),
    ("an age in words", "items.csv", ",2,11,2,", ",两岁,11,2,"),
    (
        "an item listed twice",
        "items.csv",
        "",
        "001102000030000,service,另一名称,,A,,,,,,,,,list,true\n",
    ),
    ("a list saved in another encoding", "sources.csv", "", IN_GB18030),
    ("a source listed twice", "sources.csv", "", "list,另一目录,,,,Q-A,\n"),
    ("a division of no level", "divisions.csv", ",county,440300,1990", ",town,440300,1990"),
    ("a division that ended in use", "divisions.csv", "1990,,in_use", "1990,2000,in_use"),
    ("a code in force twice", "divisions.csv", "", "440300,鹏城,prefecture,440000,1981,,in_use,\n"),
    ("a short name for nothing", "division_names.csv", "440300", "999999"),
    ("a word the program does not have", "vocabulary.csv", "employee", "staff"),
    ("a list the program does not have", "vocabulary.csv", "scheme", "schema"),
    ("an alias of two words", "vocabulary.csv", "", "scheme,resident,职 工\n"),
    ("an alias given twice", "vocabulary.csv", "", "scheme,employee,职工\n"),
    ("an alias left empty", "vocabulary.csv", ",是", ","),
    ("a layout with a field nobody knows", TIPS, "\"allegation\"", "\"content\""),
    ("a header for two fields", TIPS, "\"举报事由\"", "\"匿名\""),
    ("a header left empty", TIPS, "\"举报事由\"", "\"\""),
    ("a header of a field that is ignored", TIPS, "", "\n[other_columns]\nignored = [\"匿名\"]\n"),
    ("a header ignored twice", TIPS, "", "\n[other_columns]\nignored = [\"甲\", \"甲\"]\n"),
    ("a field given twice", TIPS, "\"allegation\"", "\"subject\""),
    (
        "a header no other table has",
        "layouts/persons.toml",
        "never_with = [",
        "never_with = [\"星座\", ",
    ),
    ("a column of unclear content", BANK, "text = \"异地就医手工报销\"", ""),
    (
        "a finding nobody knows",
        "findings.toml",
        "",
        "[F999]\nseverity = \"warn\"\nenabled = true\n",
    ),
    (
        "a severity nobody knows",
        "findings.toml",
        "[F404]\nseverity = \"warn\"",
        "[F404]\nseverity = \"grave\"",
    ),
    (
        "a suspicion that would refuse",
        "findings.toml",
        "[F404]\nseverity = \"warn\"",
        "[F404]\nseverity = \"block\"",
    ),
    (
        "a certainty made softer",
        "findings.toml",
        "[F105]\nseverity = \"block\"",
        "[F105]\nseverity = \"hold\"",
    ),
    (
        "a certainty switched off",
        "findings.toml",
        "[F105]\nseverity = \"block\"\nenabled = true",
        "[F105]\nseverity = \"block\"\nenabled = false",
    ),
    ("a threshold out of range", "findings.toml", "gap_max_days = 7", "gap_max_days = 7000"),
    (
        "a threshold of another finding",
        "findings.toml",
        "{ persons_min = 3 }",
        "{ persons_min = 3, gap_max_days = 7 }",
    ),
    ("a threshold that is missing", "findings.toml", "{ persons_min = 3 }", "{}"),
    ("a setting for no region", "findings.toml", "", "[F404.region.4201]\nenabled = false\n"),
];

/// Faults of a file as a whole.
const OF_A_FILE: &[Row] = &[
    ("a file that is not there", "vocabulary.csv", "", GONE),
    ("a file that is empty", "vocabulary.csv", WORDS, ""),
    (
        "a layout without its amount",
        "layouts/bill_lines.toml",
        "name = \"amount\"",
        "name = \"in_scope\"",
    ),
    ("a transfer without accounts", BANK, "value = \"account\"", "value = \"bank\""),
    (
        "a finding that is missing",
        "findings.toml",
        "[F404]\nseverity = \"warn\"\nenabled = true\nthresholds = { gap_max_days = 7 }\n",
        "",
    ),
];
