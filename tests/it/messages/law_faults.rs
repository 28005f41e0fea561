//! A small region that is right, and what is told when its law is written wrong.

use super::data_faults::Row;

pub const REGION_FILE: &str = "regions/420100/region.toml";
pub const POLICY_FILE: &str = "regions/420100/policy.toml";

pub const REGION: &str = r#"code = "420100"
name = "某市"

[[source]]
id = "guide"
title = "某市待遇指南"
grade = "Q-A"

[coverage]
modelled = []
not_modelled = []

[[gap]]
scheme = ["employee"]
care = ["inpatient"]
from = "2019-01-01"
to = "2023-01-01"
why = "旧办法没有收录"
"#;

pub const POLICY: &str = r#"[[year]]
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
rule = { per = "stay", rows = [{ tier = "3", figures = ["800", "400"] }] }

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

const FILING: &str = "id = \"filing\"\napplies = { scheme = [\"employee\"]";
const FILING_OF_OTHERS: &str = "id = \"filing\"\napplies = { scheme = [\"resident\"]";
const FILING_OF_NOBODY: &str = "id = \"filing\"\napplies = { scheme = []";
const SECOND_SOURCE: &str = r#"[[source]]
id = "guide"
title = "另一份"
grade = "Q-A"

[coverage]"#;

/// Faults with a line: what it is, the file, what is replaced, by what.
pub const AT_A_LINE: &[Row] = &[
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
    ("two faults of one clause", POLICY_FILE, "months_after = 12", "months = 12"),
    ("a key written twice over", POLICY_FILE, "rule = { decides", "rule = { to = \"1\", decides"),
    ("two rows for the same claim", POLICY_FILE, "[{ tier = \"3\", figures", TWO_ROWS),
    ("an age that ends before it begins", POLICY_FILE, "{ tier = \"3\", ratio", AGES),
    ("a rule for persons that changes nothing", POLICY_FILE, "", NO_ADVANTAGE),
    ("a factor with three decimals", POLICY_FILE, "", FINE_FACTOR),
    ("a limit in two ways", POLICY_FILE, "", TWO_LIMITS),
    ("a number out of range", POLICY_FILE, "make_up_months = 3", "make_up_months = 300"),
    ("a figure below nothing", POLICY_FILE, "\"400\"", "\"-400\""),
    ("two rules for one route", POLICY_FILE, "", SECOND_ROUTE),
    ("a gap over a benefit", REGION_FILE, "to = \"2023-01-01\"\n", "to = \"2023-01-02\"\n"),
    ("a grade nobody knows", REGION_FILE, "\"Q-A\"", "\"A\""),
];

const TWO_ROWS: &str = "[{ tier = \"3\", figures = [\"600\"] }, { tier = \"3\", figures";
const AGES: &str = "{ age_from = 70, age_to = 60, ratio";
const NO_ADVANTAGE: &str = r#"
[[person]]
id = "retired"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { rows = [{ persons = ["retired"] }] }
"#;
const FINE_FACTOR: &str = r#"
[[person]]
id = "retired"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { rows = [{ persons = ["retired"], share_factor = "0.125" }] }
"#;
const TWO_LIMITS: &str = r#"
[[limit]]
id = "pool"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2023-01-01" }
basis = { source = "guide" }
rule = { meaning = "fund", limit = "100000", limits = [{ amount = "200000" }] }
"#;
const SECOND_ROUTE: &str = r#"
[[route]]
id = "referral-again"
applies = { scheme = ["employee"], care = ["inpatient"], from = "2024-01-01" }
basis = { source = "guide" }
rule = { routes = ["referral"], effect = "normal" }
"#;
