//! `findings.toml`: how serious each finding is, whether it is looked for, and its thresholds,
//! with what a region says otherwise.
//!
//! The surprise: the five findings that refuse a claim can neither be softened nor switched off,
//! and no other can be made to refuse. Whether a claim is refused is decided by its gates.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::domain::words::Severity;
use crate::domain::{Code, InsuredRegion, RegionCode};
use crate::flow::Problem;

use super::care_facts::CareFacts;
use super::reading::{DataFile, Wrong};

const FILE: &str = "findings.toml";

/// The findings that are certainties: a claim with one of them is refused.
const CERTAINTIES: [Code; 5] = [Code::F105, Code::F201, Code::F202, Code::F203, Code::F205];

macro_rules! thresholds {
    ($($(#[$doc:meta])* $name:ident = $word:literal of $code:ident in $range:expr;)*) => {
        /// A number a detector compares with. The set is closed: a detector that needs another
        /// one adds a line here.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Threshold { $($(#[$doc])* $name),* }

        impl Threshold {
            pub const ALL: &'static [Threshold] = &[$(Threshold::$name),*];

            /// Its key in the file.
            pub fn word(self) -> &'static str {
                match self { $(Threshold::$name => $word),* }
            }

            /// The finding it belongs to.
            pub fn code(self) -> Code {
                match self { $(Threshold::$name => Code::$code),* }
            }

            fn allowed(self) -> RangeInclusive<u32> {
                match self { $(Threshold::$name => $range),* }
            }
        }
    };
}

thresholds! {
    /// How many months must be paid twice before it is told.
    OverlapMonthsMin = "overlap_months_min" of F106 in 1..=120;
    /// From how many yuan two equal visits of one day are told.
    VisitYuanMin = "visit_yuan_min" of F204 in 0..=1000000;
    /// The fewest other hospitals a price is compared with.
    PricePeersMin = "price_peers_min" of F304 in 3..=100000;
    /// How many times the median of its peers a unit price must be.
    PriceTimes = "price_times" of F304 in 2..=1000;
    /// How many yuan a bill must lie above its peers in all.
    PriceExcessYuanMin = "price_excess_yuan_min" of F304 in 0..=1000000;
    /// How many lines with a lifted class are told, however small.
    LiftedLinesMin = "lifted_lines_min" of F305 in 1..=1000;
    /// From how many yuan of first pay fewer lines are told.
    LiftedYuanMin = "lifted_yuan_min" of F305 in 0..=1000000;
    /// The fewest digits of an invoice code.
    CodeDigitsMin = "code_digits_min" of F306 in 1..=30;
    /// The most digits of an invoice code.
    CodeDigitsMax = "code_digits_max" of F306 in 1..=30;
    /// The fewest digits of an invoice number.
    NumberDigitsMin = "number_digits_min" of F306 in 1..=30;
    /// The most digits of an invoice number; without a code it may hold the code as well.
    NumberDigitsMax = "number_digits_max" of F306 in 1..=30;
    /// How many invoices of a hospital make its pattern.
    PatternInvoicesMin = "pattern_invoices_min" of F306 in 2..=100000;
    /// From how many persons they must come.
    PatternPersonsMin = "pattern_persons_min" of F306 in 2..=100000;
    /// How many unrelated persons hold neighbouring invoices before it is told.
    NeighboursMin = "neighbours_min" of F307 in 2..=1000;
    /// How far apart neighbouring numbers of invoices may be.
    NumberGapMax = "number_gap_max" of F307 in 1..=1000;
    /// The fewest figures a group needs before its first digits are judged.
    GroupMin = "group_min" of F310 in 20..=1000000;
    /// How many times the median of its peers a daily cost must be.
    DailyCostTimes = "daily_cost_times" of F310 in 2..=1000;
    /// How many days before admission a line of a stay's bill may be dated.
    LineDaysBeforeMax = "line_days_before_max" of F309 in 0..=30;
    /// How many days after discharge, or after a death, it may be dated.
    LineDaysAfterMax = "line_days_after_max" of F309 in 0..=30;
    /// Longest gap in days between the two parts of a split stay 分解住院.
    GapMaxDays = "gap_max_days" of F404 in 0..=365;
    /// How many days above the stay are let pass.
    ExtraDaysMax = "extra_days_max" of F405 in 0..=30;
    /// How often a drug is bought before it is told.
    PurchasesMin = "purchases_min" of F410 in 2..=100;
    /// Within how many days.
    PurchaseDays = "purchase_days" of F410 in 1..=90;
    /// Within how many days purchases of a drug are added up.
    SupplyDays = "supply_days" of F410 in 1..=366;
    /// How many times the usual purchase they must come to.
    SupplyTimes = "supply_times" of F410 in 2..=100;
    /// Longest gap in days within one course of a drug.
    CourseGapDays = "course_gap_days" of F410 in 0..=90;
    /// The shortest stay that needs a treatment.
    TreatedDaysMin = "treated_days_min" of F411 in 1..=365;
    /// How many one-day stays of one person in a year are told.
    ShortStaysMin = "short_stays_min" of F412 in 1..=1000;
    /// How many one-day stays a hospital needs before it is judged.
    ShortHospitalMin = "short_hospital_min" of F412 in 2..=100000;
    /// How many times the peers' share of one-day stays a hospital's must be.
    ShortShareTimes = "short_share_times" of F412 in 2..=1000;
    /// How many holiday admissions a hospital needs before it is judged.
    HolidayStaysMin = "holiday_stays_min" of F413 in 2..=100000;
    /// How many people share an account before it is told.
    PersonsMin = "persons_min" of F501 in 2..=1000;
    /// How many unrelated persons an agent or a phone serves before it is told.
    AgentPersonsMin = "agent_persons_min" of F502 in 2..=10000;
    /// Within how many days they are counted.
    AgentWindowDays = "agent_window_days" of F502 in 1..=3660;
    /// How often the same people must have been admitted together.
    TogetherMin = "together_min" of F503 in 2..=100;
    /// How many days apart an admission together may be.
    TogetherDaysMax = "together_days_max" of F503 in 0..=14;
    /// At how many institutions a person gets one drug.
    InstitutionsMin = "institutions_min" of F504 in 2..=100;
    /// Within how many days.
    WindowDays = "window_days" of F504 in 1..=366;
    /// From what share of the limit on a year counts as used up.
    NearLimitPercent = "near_limit_percent" of F505 in 50..=100;
    /// How many bills must share in rising to the limit.
    RisingBillsMin = "rising_bills_min" of F505 in 2..=1000;
    /// The fewest peers a stay is compared with.
    PeersMin = "peers_min" of F506 in 5..=100000;
    /// How many times the peers' median a stay must cost.
    PeerTimes = "peer_times" of F506 in 2..=1000;
    /// How many unrelated persons make a ring.
    RingPersonsMin = "ring_persons_min" of F507 in 3..=1000;
    /// How many kinds of links must hold a ring together.
    RingKindsMin = "ring_kinds_min" of F507 in 1..=4;
    /// The fewest claims of a hospital that is judged.
    HospitalClaimsMin = "hospital_claims_min" of F601 in 5..=1000000;
    /// How many times the share of its peers.
    ShareTimes = "share_times" of F601 in 2..=1000;
    /// The fewest claims of a hospital whose mix is judged.
    MixClaimsMin = "mix_claims_min" of F602 in 5..=1000000;
    /// How many points of a hundred a share must be above that of its peers.
    MixPoints = "mix_points" of F602 in 1..=100;
    /// How many altered bills of one agent are told.
    AlteredMin = "altered_min" of F603 in 2..=1000;
    /// And what part of a hundred of the agent's claims they must be.
    AlteredPercentMin = "altered_percent_min" of F603 in 0..=100;
}

/// The settings of every finding. Complete: each code and each threshold has its value.
#[derive(Clone, Debug)]
pub struct DetectorSettings {
    base: BTreeMap<Code, Base>,
    regional: BTreeMap<(Code, RegionCode), Override>,
    /// What detectors know besides their thresholds.
    pub facts: CareFacts,
}

#[derive(Clone, Debug)]
struct Base {
    severity: Severity,
    enabled: bool,
    thresholds: BTreeMap<Threshold, u32>,
}

/// What a region says otherwise.
#[derive(Clone, Debug, Default)]
struct Override {
    severity: Option<Severity>,
    enabled: Option<bool>,
    thresholds: BTreeMap<Threshold, u32>,
}

impl DetectorSettings {
    /// Reads `findings.toml` and the facts of care of the data folder; on failure tells every
    /// fault it found.
    pub fn load(data_dir: &Path) -> Result<DetectorSettings, Vec<Problem>> {
        let mut faults = Vec::new();
        let facts = CareFacts::load(data_dir, &mut faults);
        let file = DataFile::open(data_dir, FILE).map_err(|fault| vec![fault]);
        match file.and_then(|file| read(&file)) {
            Ok(settings) if faults.is_empty() => Ok(DetectorSettings { facts, ..settings }),
            Ok(_) => Err(faults),
            Err(found) => Err(found.into_iter().chain(faults).collect()),
        }
    }

    pub fn severity(&self, code: Code, region: InsuredRegion) -> Severity {
        let base = self.base(code).severity;
        self.regional(code, region, |entry| entry.severity).unwrap_or(base)
    }

    pub fn is_enabled(&self, code: Code, region: InsuredRegion) -> bool {
        let base = self.base(code).enabled;
        self.regional(code, region, |entry| entry.enabled).unwrap_or(base)
    }

    pub fn threshold(&self, threshold: Threshold, region: InsuredRegion) -> u32 {
        let code = threshold.code();
        let regional =
            self.regional(code, region, |entry| entry.thresholds.get(&threshold).copied());
        regional.unwrap_or_else(|| {
            let base = self.base(code).thresholds.get(&threshold);
            *base.expect("load refuses a file without the threshold")
        })
    }

    fn base(&self, code: Code) -> &Base {
        self.base.get(&code).expect("load refuses a file without the code")
    }

    /// The nearest region at or above `region` that says something.
    fn regional<T>(
        &self,
        code: Code,
        region: InsuredRegion,
        says: impl Fn(&Override) -> Option<T>,
    ) -> Option<T> {
        if self.regional.is_empty() {
            return None;
        }
        region.0.upwards().find_map(|step| says(self.regional.get(&(code, step))?))
    }
}

fn read(file: &DataFile) -> Result<DetectorSettings, Vec<Problem>> {
    let shape: FileShape = file.toml().map_err(|fault| vec![fault])?;
    let mut reader = Reader { file, problems: Vec::new() };
    let settings = reader.settings(shape);
    if reader.problems.is_empty() { Ok(settings) } else { Err(reader.problems) }
}

/// Whether a code names a finding, not a mere reason such as `G01`.
fn is_finding(code: Code) -> bool {
    code.as_str().starts_with('F')
}

type FileShape = BTreeMap<Spanned<String>, Spanned<EntryShape>>;
type ThresholdShape = BTreeMap<Spanned<String>, Spanned<i64>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryShape {
    severity: Spanned<String>,
    enabled: Spanned<bool>,
    #[serde(default)]
    thresholds: ThresholdShape,
    #[serde(default)]
    region: BTreeMap<Spanned<String>, OverrideShape>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverrideShape {
    severity: Option<Spanned<String>>,
    enabled: Option<Spanned<bool>>,
    #[serde(default)]
    thresholds: ThresholdShape,
}

/// File shapes → settings, collecting every fault on the way.
struct Reader<'a> {
    file: &'a DataFile,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn settings(&mut self, shape: FileShape) -> DetectorSettings {
        let mut base = BTreeMap::new();
        let mut regional = BTreeMap::new();
        for (name, entry) in shape {
            let known = Code::ALL.iter().find(|code| code.as_str() == name.get_ref().as_str());
            let Some(&code) = known.filter(|&&code| is_finding(code)) else {
                let what = ("没有这个疑点代码", "no such finding code");
                let expected =
                    ("lingbao findings list 列出的代码", "a code of `lingbao findings list`");
                self.fault(name.span(), Wrong::value(what, expected));
                continue;
            };
            let header = entry.span();
            let entry = entry.into_inner();
            for (region, shape) in entry.region {
                let Some(region_code) = RegionCode::parse(region.get_ref()) else {
                    let what = ("不是地区代码", "not the code of a region");
                    let expected = ("六位行政区划代码", "six digits");
                    self.fault(region.span(), Wrong::value(what, expected));
                    continue;
                };
                let otherwise = Override {
                    severity: shape.severity.and_then(|word| self.severity(code, word)),
                    enabled: shape.enabled.and_then(|flag| self.enabled(code, flag)),
                    thresholds: self.thresholds(code, shape.thresholds),
                };
                regional.insert((code, region_code), otherwise);
            }
            let severity = self.severity(code, entry.severity).unwrap_or(Severity::Warn);
            let enabled = self.enabled(code, entry.enabled).unwrap_or(true);
            let thresholds = self.thresholds(code, entry.thresholds);
            let wanted = Threshold::ALL.iter().filter(|threshold| threshold.code() == code);
            for missing in wanted.filter(|threshold| !thresholds.contains_key(threshold)) {
                self.fault(header.clone(), lacks(code, missing.word()));
            }
            base.insert(code, Base { severity, enabled, thresholds });
        }
        for &code in Code::ALL.iter().filter(|&&code| is_finding(code)) {
            if !base.contains_key(&code) {
                self.fault(0..0, not_there(code));
            }
        }
        DetectorSettings { base, regional, facts: CareFacts::default() }
    }

    fn severity(&mut self, code: Code, word: Spanned<String>) -> Option<Severity> {
        let severity = Severity::from_word(word.get_ref());
        let wrong = match severity {
            None => Wrong::value(
                ("没有这个级别", "there is no such severity"),
                ("info、warn、hold 或 block", "info, warn, hold or block"),
            ),
            Some(Severity::Block) if !CERTAINTIES.contains(&code) => Wrong::value(
                (
                    "只有确定性疑点（F105、F201、F202、F203、F205）可以拒付",
                    "only certainties (F105, F201, F202, F203, F205) refuse a claim",
                ),
                ("info、warn 或 hold", "info, warn or hold"),
            ),
            Some(other) if other != Severity::Block && CERTAINTIES.contains(&code) => Wrong::value(
                ("确定性疑点一律拒付，级别不可降低", "a certainty always refuses the claim"),
                ("block", "block"),
            ),
            Some(_) => return severity,
        };
        self.fault(word.span(), wrong);
        None
    }

    fn enabled(&mut self, code: Code, flag: Spanned<bool>) -> Option<bool> {
        if !*flag.get_ref() && CERTAINTIES.contains(&code) {
            let what = ("确定性疑点不可停用", "a certainty cannot be switched off");
            self.fault(flag.span(), Wrong::value(what, ("true", "true")));
            return None;
        }
        Some(flag.into_inner())
    }

    fn thresholds(&mut self, code: Code, shape: ThresholdShape) -> BTreeMap<Threshold, u32> {
        let mut thresholds = BTreeMap::new();
        for (name, value) in shape {
            let mut of_code = Threshold::ALL.iter().filter(|threshold| threshold.code() == code);
            let found = of_code.find(|threshold| threshold.word() == name.get_ref().as_str());
            let Some(&threshold) = found else {
                self.fault(name.span(), no_such_threshold(code));
                continue;
            };
            let allowed = threshold.allowed();
            let found = u32::try_from(*value.get_ref()).ok().filter(|n| allowed.contains(n));
            if found.is_none() {
                let (low, high) = (allowed.start(), allowed.end());
                let zh = format!("{low} 至 {high} 的整数");
                let en = format!("a whole number from {low} to {high}");
                let what = ("阈值超出范围", "the threshold is out of range");
                self.fault(value.span(), Wrong::value(what, (&zh, &en)));
            }
            // A wrong value is not told a second time, as a missing one.
            thresholds.insert(threshold, found.unwrap_or(*allowed.start()));
        }
        thresholds
    }

    fn fault(&mut self, span: Range<usize>, wrong: Wrong) {
        self.problems.push(self.file.at(span, wrong));
    }
}

fn lacks(code: Code, threshold: &str) -> Wrong {
    let what =
        (format!("{code} 缺少阈值 {threshold}"), format!("{code} lacks the threshold {threshold}"));
    let hint =
        (format!("在 thresholds 中补上 {threshold}"), format!("add {threshold} to its thresholds"));
    Wrong::new("data-missing", (&what.0, &what.1), (&hint.0, &hint.1))
}

fn not_there(code: Code) -> Wrong {
    let what =
        (format!("缺少 [{code}]（{}）", code.zh()), format!("[{code}] ({}) is missing", code.en()));
    let hint = (
        format!("补上 [{code}]，不需要的疑点写 enabled = false"),
        format!("add [{code}]; a finding nobody wants has enabled = false"),
    );
    Wrong::new("data-missing", (&what.0, &what.1), (&hint.0, &hint.1))
}

fn no_such_threshold(code: Code) -> Wrong {
    let known = Threshold::ALL.iter().filter(|threshold| threshold.code() == code);
    let known: Vec<&str> = known.map(|threshold| threshold.word()).collect();
    let what = (format!("{code} 没有这个阈值"), format!("{code} has no such threshold"));
    let expected = if known.is_empty() {
        ("不写 thresholds".to_owned(), "no thresholds at all".to_owned())
    } else {
        (known.join("、"), known.join(", "))
    };
    Wrong::value((&what.0, &what.1), (&expected.0, &expected.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../data/findings.toml");

    fn parse(text: &str) -> Result<DetectorSettings, Vec<Problem>> {
        read(&DataFile::new(FILE, text))
    }

    fn region(code: &str) -> InsuredRegion {
        InsuredRegion(RegionCode::parse(code).expect(code))
    }

    #[test]
    fn the_shipped_file_says_something_of_every_finding() {
        let settings = parse(SHIPPED).expect("the shipped file");
        let wuhan = region("420100");
        for code in Code::ALL.iter().copied().filter(|&code| is_finding(code)) {
            assert!(settings.is_enabled(code, wuhan), "{code}");
            let refuses = settings.severity(code, wuhan) == Severity::Block;
            assert_eq!(refuses, CERTAINTIES.contains(&code), "{code}");
        }
        assert_eq!(settings.threshold(Threshold::GapMaxDays, wuhan), 7);
        assert_eq!(settings.threshold(Threshold::PersonsMin, wuhan), 3);
    }

    #[test]
    fn the_nearest_region_that_says_something_wins_value_by_value() {
        let text = format!(
            "{SHIPPED}\n[F404.region.420000]\nthresholds = {{ gap_max_days = 15 }}\n\
             severity = \"hold\"\n[F404.region.420100]\nthresholds = {{ gap_max_days = 10 }}\n\
             [F404.region.310000]\nenabled = false\n"
        );
        let settings = parse(&text).expect("a file with regions");
        for (code, gap_max_days, severity, enabled) in [
            ("420106", 10, Severity::Hold, true),
            ("420500", 15, Severity::Hold, true),
            ("110000", 7, Severity::Warn, true),
            ("310115", 7, Severity::Warn, false),
        ] {
            let place = region(code);
            assert_eq!(settings.threshold(Threshold::GapMaxDays, place), gap_max_days, "{code}");
            assert_eq!(settings.severity(Code::F404, place), severity, "{code}");
            assert_eq!(settings.is_enabled(Code::F404, place), enabled, "{code}");
        }
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let f101 = "[F101]\nseverity = \"warn\"";
        let f105 = "[F105]\nseverity = \"block\"\nenabled = true";
        let gap = "gap_max_days = 7";
        for (from, to, kind, offset) in [
            (f101, "[F101]\nseverity = \"fatal\"", "data-value", 1),
            (f101, "[F101]\nseverity = \"block\"", "data-value", 1),
            (f101, "[F101]\ncolour = \"red\"", "data-malformed", 1),
            (f101, "[F999]\nseverity = \"warn\"", "data-value", 0),
            (f101, "[G01]\nseverity = \"warn\"", "data-value", 0),
            (f105, "[F105]\nseverity = \"hold\"\nenabled = true", "data-value", 1),
            (f105, "[F105]\nseverity = \"block\"\nenabled = false", "data-value", 2),
            (gap, "gap_max_days = -1", "data-value", 0),
            (gap, "persons_min = 3", "data-value", 0),
        ] {
            let at = SHIPPED.find(from).expect(from);
            let line = SHIPPED[..at].matches('\n').count() + 1 + offset;
            let problems = parse(&SHIPPED.replacen(from, to, 1)).expect_err(to);
            assert_eq!(problems[0].kind, kind, "{to}: {problems:?}");
            assert_eq!(problems[0].place.row, u32::try_from(line).ok(), "{to}");
            assert_eq!(problems[0].place.file, "findings.toml");
        }
    }

    #[test]
    fn every_missing_code_is_told_at_once() {
        let problems = parse("").expect_err("an empty file");
        let findings = Code::ALL.iter().filter(|&&code| is_finding(code)).count();
        assert_eq!(problems.len(), findings);
        assert!(problems.iter().all(|problem| problem.kind == "data-missing"));
    }
}
