//! A small data folder that is right, and what is told when something in it is wrong. A change to
//! one file is one section; the last section has faults in several files, told all at once.

use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use lingbao::domain::{Code, InsuredRegion, RegionCode};
use lingbao::flow::{Problem, TableKind};
use lingbao::rulebook::detector_settings::{DetectorSettings, Threshold};
use lingbao::run::Setup;
use tempfile::TempDir;

use crate::data;

use super::law_faults::{self, POLICY, POLICY_FILE, REGION, REGION_FILE};

const CATALOG: &str = "\
code,local_code,class,first_pay,ceiling_tier1,ceiling_tier2,ceiling_tier3,from,to,source,verified,note
001102000030000,110200003,A,0,,,22.50,2023-01-01,2024-01-01,list,true,
001102000030000,110200003,A,0,,,25.00,2024-01-01,,list,true,
XA06ADF336P001010100233,,B,0.10,,,,2023-01-01,,list,false,
drug_B,,B,0.10,,,,2023-01-01,,list,false,
";

const SPECIAL: &str = "\
code,scheme,persons,tier,unit_price_to,first_pay,ceiling,from,to,source,verified,note
001102000030000,employee,retired,3,20.00,0.05,,2023-01-01,,list,true,
001102000030000,,,3,,0.15,18.00,2023-01-01,2024-01-01,list,true,
";

const DRUGS: &str = "\
number,kind,names,form,class,agreed_from,agreed_to,limits,source,verified
1,drug,某素,口服常释剂型,A,,,,list,false
2,drug,某替尼片,,B,2025-01-01,2026-12-31,sex=F;by_hand=indication,list,false
";
const STANDARDS: &str = "\
drug,spec,unit,ceiling,source,verified
2,10mg,片,5.68,list,false
2,20mg,片,9.66,list,false
";
const NAME_PARTS: &str = "\
kind,word,forms,source,verified
form,胶囊,口服常释剂型,list,false
salt_before,盐酸,,list,false
";
const LIMITS: &str = "\
name,kind,drug,limits,codes,source,verified
某替尼片,drug,2,age_group=adult,XL01A001A001:010100001 010100002,list,false
某检查,service,,sex=M,002101030280000,list,false
";
const AGE_GROUPS: &str = "group,ages,source,verified\nadult,age>=18,list,false\n";

const ITEMS: &str = "\
code,kind,name,form,class,sex,age_min,age_max,min_hospital_tier,care,only_fund,max_days,diagnosis,source,verified
001102000030000,service,急诊诊查费,,A,,,,,,,,,list,true
XA06ADF336P001010100233,drug,某口服液,,B,,2,11,2,inpatient|chronic,,,,list,false
";

const CHARGES: &str = "\
item,item_name,included,included_name,window,content,batch,source,verified
001103000010000,急诊监护费,001102000030000,急诊诊查费,day,含诊查,7,list,false
001103000010000,急诊监护费,001109000010000,普通病房床位费,day,含床位,7,list,false
";
const FREQUENCIES: &str = "\
item,item_name,most,unit,window_days,basis,batch,source,verified
001109000010000,普通病房床位费,1,day,1,,8-1,list,false
";
const KINDS: &str = "\
kind,how,text,source,verified
bed,code,001109,list,false
bed,name,床位费,list,false
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
const NEIGHBOURS: &str = "\
province,name,neighbours,source,verified
420000,湖北省,,list,false
440000,广东省,,list,false
";
const HOLIDAYS: &str = "name,first,last,source,verified\n元旦,2024-01-01,2024-01-01,list,false\n";
const CYCLIC: &str = "prefix,name,nights_max,source,verified\nZ51,放化疗,7,list,false\n";
const SOLVENTS: &str = "name,source,verified\n氯化钠,list,false\n";
const CERTAIN: [&str; 5] = ["F105", "F201", "F202", "F203", "F205"];

/// Every finding, with the thresholds that are shipped.
fn findings() -> String {
    let shipped = DetectorSettings::load(&data()).expect("the shipped settings");
    let anywhere = InsuredRegion(RegionCode::parse("420100").expect("Wuhan"));
    let of = |code: &Code| {
        let word = if CERTAIN.contains(&code.as_str()) { "block" } else { "warn" };
        let of_code = Threshold::ALL.iter().filter(|threshold| threshold.code() == *code);
        let valued: Vec<String> = of_code
            .map(|&one| format!("{} = {}", one.word(), shipped.threshold(one, anywhere)))
            .collect();
        let thresholds = match valued.join(", ") {
            none if none.is_empty() => none,
            some => format!("thresholds = {{ {some} }}\n"),
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
        (SPECIAL_FILE, SPECIAL),
        ("items.csv", ITEMS),
        ("drugs.csv", DRUGS),
        ("drug_standards.csv", STANDARDS),
        ("drug_name_parts.csv", NAME_PARTS),
        ("item_limits.csv", LIMITS),
        ("age_groups.csv", AGE_GROUPS),
        ("duplicate_charges.csv", CHARGES),
        ("frequencies.csv", FREQUENCIES),
        ("charge_kinds.csv", KINDS),
        ("exemptions.toml", EXEMPTIONS),
        ("divisions.csv", DIVISIONS),
        ("division_names.csv", NAMES),
        ("vocabulary.csv", WORDS),
        ("vocabulary_materials.csv", MATERIALS),
        ("sources.csv", SOURCES),
        ("neighbours.csv", NEIGHBOURS),
        ("holidays.csv", HOLIDAYS),
        ("cyclic_diseases.csv", CYCLIC),
        ("solvents.csv", SOLVENTS),
        ("findings.toml", &findings()),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
}

const CATALOG_FILE: &str = "regions/420100/catalog.csv";
const SPECIAL_FILE: &str = "regions/420100/special.csv";
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

const SECOND_SPECIAL: &str =
    "001102000030000,employee,retired|active,,20.00,0.08,,2024-01-01,,list,true,\n";
const SECOND_EXEMPTION: &str = r#"
[[exemption]]
id = "two-cities"
regions = ["420100"]
care = ["inpatient"]
from = "2023-04-01"
to = "2023-01-01"
basis = { source = "none" }
"#;

const SELF: &str = "001103000010000,急诊监护费";

/// What is wrong, the changes that make it so, and whether it has no line of its own.
struct Case(&'static str, Vec<Change>, bool);

fn cases() -> Vec<Case> {
    let at_line = |&(heading, file, from, to): &(&'static str, _, _, _)| {
        Case(heading, vec![Change(file, from, to)], false)
    };
    let of_file = |&(heading, file, from, to): &(&'static str, _, _, _)| {
        Case(heading, vec![Change(file, from, to)], true)
    };
    law_faults::AT_A_LINE
        .iter()
        .chain(AT_A_LINE)
        .map(at_line)
        .chain(OF_A_FILE.iter().map(of_file))
        .collect()
}

pub type Row = (&'static str, &'static str, &'static str, &'static str);

/// Faults with a line: what it is, the file, what is replaced, by what.
const AT_A_LINE: &[Row] = &[
    ("an exemption id used twice", "exemptions.toml", "", SECOND_EXEMPTION),
    ("a price that is no price", CATALOG_FILE, "22.50", "二十二元"),
    ("class B without a first pay", CATALOG_FILE, "B,0.10", "B,"),
    ("prices that overlap", CATALOG_FILE, "2023-01-01,2024-01-01", "2023-01-01,"),
    ("a price that ends too soon", CATALOG_FILE, ",2024-01-01,list", ",2022-01-01,list"),
    ("a code that is in no list", CATALOG_FILE, "XA06ADF336P001010100233", "XA06"),
    ("a local code of two items", CATALOG_FILE, "233,,B", "233,110200003,B"),
    ("class B without a first pay for all drugs", CATALOG_FILE, "drug_B,,B,0.10", "drug_B,,B,"),
    ("special prices that overlap", SPECIAL_FILE, "", SECOND_SPECIAL),
    ("a special price of nothing", SPECIAL_FILE, "3,,0.15,18.00", "3,,,"),
    ("persons that do not exist", SPECIAL_FILE, "retired", "pensioner"),
    ("a special price for a code in no list", SPECIAL_FILE, "001102000030000,,", "001102,,"),
    ("drugs that are not in order", "drugs.csv", "2,drug", "3,drug"),
    ("a negotiated drug of class A", "drugs.csv", "B,2025", "A,2025"),
    ("an agreement that ends before it begins", "drugs.csv", "2026-12-31", "2024-12-31"),
    ("a limit nobody can read", "drugs.csv", "sex=F;", "sex=F;age>18;"),
    ("a check nobody knows", "drugs.csv", "by_hand=indication", "by_hand=luck"),
    ("a standard of no drug", "drug_standards.csv", "2,10mg", "7,10mg"),
    ("a specification with two standards", "drug_standards.csv", "20mg", "10mg"),
    ("a form that is none of the list's", "drug_name_parts.csv", "口服常释剂型", ""),
    ("a part of names of no kind", "drug_name_parts.csv", "salt_before", "salt"),
    ("a limited item that is no drug of the list", "item_limits.csv", "drug,2", "drug,9"),
    ("codes without an ending", "item_limits.csv", ":010100001 010100002", ":"),
    ("a code of two limited items", "item_limits.csv", "010100002", "010100001"),
    ("an age group nobody knows", "age_groups.csv", "adult", "elder"),
    ("ages in words", "age_groups.csv", "age>=18", "成年"),
    ("an age group given twice", "age_groups.csv", "", "adult,age>=16,list,false\n"),
    ("a charge of no code", "duplicate_charges.csv", "001102000030000", "110200003"),
    ("a charge within no window", "duplicate_charges.csv", "急诊诊查费,day", "急诊诊查费,week"),
    ("a charge that contains itself", "duplicate_charges.csv", "001102000030000,急诊诊查费", SELF),
    (
        "a charge listed twice",
        "duplicate_charges.csv",
        "",
        "001103000010000,急诊监护费,001102000030000,急诊诊查费,visit,,7,list,false\n",
    ),
    ("one code under two names", "duplicate_charges.csv", "急诊监护费,001109", "监护费,001109"),
    ("a charge of no batch", "duplicate_charges.csv", "含诊查,7", "含诊查,"),
    ("a limit of nothing", "frequencies.csv", ",1,day", ",0,day"),
    ("a limit counted in beds", "frequencies.csv", ",1,day", ",1,bed"),
    ("a limit in no days", "frequencies.csv", "day,1,", "day,,"),
    (
        "an item limited twice",
        "frequencies.csv",
        "",
        "001109000010000,普通病房床位费,2,day,1,,8-1,list,false\n",
    ),
    ("a kind nobody counts", "charge_kinds.csv", "bed,name", "sofa,name"),
    ("a word looked for nowhere", "charge_kinds.csv", "bed,name", "bed,title"),
    ("a word looked for twice", "charge_kinds.csv", "", "ward,name,床位费,list,false\n"),
    ("other columns of a rule list", "frequencies.csv", "most,unit", "unit,most"),
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
    ("a border that one side knows", "neighbours.csv", "湖北省,,", "湖北省,440000,"),
    (
        "a holiday that ends before it begins",
        "holidays.csv",
        ",2024-01-01,list",
        ",2023-12-31,list",
    ),
    ("a course of no nights", "cyclic_diseases.csv", ",7,", ",0,"),
    ("a solvent given twice", "solvents.csv", "", "氯化钠注射液,list,false\n"),
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
