//! The registers a claim is checked against: filings 备案, persons 参保信息, contributions 缴费,
//! hospitals 定点医疗机构.

use std::collections::BTreeSet;

use super::cell_text;
use super::claims::scheme;
use super::fault::{Fault, List};
use super::row::{RowReader, word};
use super::table::Record;
use super::{code, credit_code, date, hospital_code, identity};
use crate::domain::words::{
    ContributionStatus, FilingStatus, FilingType, Hardship, HospitalKind, OwnerLevel, PersonType,
    Sex, Tier,
};
use crate::domain::{InsuredRegion, Month, TreatedRegion};
use crate::flow::{Cell, Contribution, Field, Filing, Hospital, Names, PersonRecord};

/// What offices write for the level of an institution that has none.
const NO_LEVEL: [&str; 8] =
    ["未定级", "未评级", "无等级", "无级别", "未定等级", "其他", "不定级", "9"];

impl Record for Filing {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Filing> {
        let words = row.words();
        let filing_id = row.required(Field::FilingId, code::boxed);
        let person = identity::required(row, Field::PersonId);
        let insured = row.region(Field::InsuredRegion);
        let treated = row.region(Field::TreatedRegion);
        let kind = row.required(Field::FilingType, |cell| {
            word(cell, ("备案类型", "kind of filing", FilingType::all_zh), |text| {
                words.filing_type(text)
            })
        });
        let valid_from = row.required(Field::ValidFrom, date::day);
        let valid_to = row.optional(Field::ValidTo, date::open_end);
        row.in_order(Field::ValidTo, valid_from, valid_to);
        let filed_on = row.required(Field::FiledOn, date::day);
        let person = identity::on_day(person, filed_on);
        identity::tell(row, Field::PersonId, person.as_ref());
        let status = row.optional(Field::Status, |cell| {
            word(cell, ("备案状态", "state of a filing", FilingStatus::all_zh), |text| {
                words.filing_status(text)
            })
        });
        Some(Filing {
            origin: row.origin(),
            name: row.optional(Field::Name, cell_text::name),
            hospital: row.optional(Field::Hospital, cell_text::name),
            status: status.unwrap_or(FilingStatus::Valid),
            commitment: row.flag(Field::Commitment),
            materials_complete: row.flag(Field::MaterialsComplete),
            filing_id: filing_id?,
            person: person?,
            insured: InsuredRegion(insured?),
            treated: TreatedRegion(treated?),
            kind: kind?,
            valid_from: valid_from?,
            valid_to,
            filed_on: filed_on?,
        })
    }
}

impl Record for PersonRecord {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<PersonRecord> {
        let words = row.words();
        let person = identity::required(row, Field::PersonId);
        identity::tell(row, Field::PersonId, person.as_ref());
        let name = row.required(Field::Name, cell_text::name);
        let insured = row.region(Field::InsuredRegion);
        let scheme = row.required(Field::Scheme, |cell| scheme(cell, words));
        let person_type = row.required(Field::PersonType, |cell| {
            word(cell, ("人员类别", "kind of person", PersonType::all_zh), |text| {
                words.person_type(text)
            })
        });
        Some(PersonRecord {
            origin: row.origin(),
            sex: row.optional(Field::Sex, |cell| {
                word(cell, ("性别", "sex", Sex::all_zh), |text| words.sex(text))
            }),
            born_on: row.optional(Field::BornOn, date::day),
            hardship: hardship(row),
            civil_servant: row.flag(Field::CivilServant),
            retired_on: row.optional(Field::RetiredOn, date::day),
            started_work_on: row.optional(Field::StartedWorkOn, date::day),
            died_on: row.optional(Field::DiedOn, date::day),
            account: row.optional(Field::Account, code::owned),
            home_hospital: row.optional(Field::HomeHospital, cell_text::name),
            insured_since: row.optional(Field::InsuredSince, date::day_or_month),
            person: person?,
            name: name?,
            insured: InsuredRegion(insured?),
            scheme: scheme?,
            person_type: person_type?,
        })
    }
}

/// Every hardship of a person, each once. One nobody knows holds the row back: it may be the one
/// that a better benefit is for.
fn hardship(row: &mut RowReader) -> Vec<Hardship> {
    let words = row.words();
    // A word of the list may hold a separator itself.
    let listed = |cell: Cell<'_>| match cell_text::owned(cell)? {
        Some(text) if words.hardship(&text).is_some() => Ok(Some(vec![text])),
        _ => code::names_and_slashes(cell),
    };
    let listed = row.optional(Field::Hardship, listed).unwrap_or_default();
    let unknown: Vec<&str> =
        listed.iter().filter(|name| words.hardship(name).is_none()).map(String::as_str).collect();
    if !unknown.is_empty() {
        row.complain(Field::Hardship, Fault::unknown_words(HARDSHIP, &unknown));
    }
    let known: BTreeSet<Hardship> =
        listed.iter().filter_map(|name| words.hardship(name).flatten()).collect();
    known.into_iter().collect()
}

const HARDSHIP: List = ("困难类别", "hardship", Hardship::all_zh);

impl Record for Contribution {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Contribution> {
        let words = row.words();
        let person = identity::required(row, Field::PersonId);
        let insured = row.region(Field::InsuredRegion);
        let scheme = row.required(Field::Scheme, |cell| scheme(cell, words));
        let status = row.required(Field::Status, |cell| {
            word(
                cell,
                ("缴费状态", "state of a contribution", ContributionStatus::all_zh),
                |text| words.contribution_status(text),
            )
        });
        let months = months(row);
        let paid_on = row.optional(Field::PaidOn, date::day);
        let (first, last) = months?;
        Some(Contribution {
            origin: row.origin(),
            person: person?,
            insured: InsuredRegion(insured?),
            scheme: scheme?,
            first,
            last,
            status: status?,
            paid_on,
        })
    }
}

/// One column with a month or a span, or two columns with its ends.
fn months(row: &mut RowReader) -> Option<(Month, Month)> {
    let from = row.optional(Field::PeriodFrom, date::months);
    let to = row.optional(Field::PeriodTo, date::months);
    if row.complained_of(Field::PeriodFrom) || row.complained_of(Field::PeriodTo) {
        return None;
    }
    match (from, to) {
        (None, None) if row.has(Field::Period) => row.required(Field::Period, date::months),
        (None, None) => row.required(Field::PeriodFrom, date::months),
        (Some((first, _)), to) => {
            let last = to.map_or(first, |(_, last)| last);
            if last < first {
                row.complain(Field::PeriodTo, Fault::reversed(first, last));
            }
            Some((first, last))
        }
        (None, Some(_)) => {
            row.complain(Field::PeriodFrom, Fault::missing());
            None
        }
    }
}

impl Record for Hospital {
    fn read(row: &mut RowReader, _names: &mut Names) -> Option<Hospital> {
        let words = row.words();
        let code = row.required(Field::Code, hospital_code::whole);
        let name = row.required(Field::Name, cell_text::name);
        let region = row.region(Field::Region);
        let kind = row.optional(Field::Kind, |cell| {
            word(cell, ("机构类型", "kind of institution", HospitalKind::all_zh), |text| {
                words.hospital_kind(text)
            })
        });
        // The letter of the code says as much as the office left out.
        let by_code = match code.as_deref() {
            Some(code) if code.starts_with('P') => HospitalKind::Pharmacy,
            _ => HospitalKind::Hospital,
        };
        let hospital = Hospital {
            origin: row.origin(),
            aliases: aliases(row),
            tier: row.optional(Field::Level, |cell| tier(cell, |text| words.hospital_tier(text))),
            owner_level: row.optional(Field::OwnerLevel, |cell| {
                word(cell, ("隶属", "owner", OwnerLevel::all_zh), |text| words.owner_level(text))
            }),
            kind: kind.unwrap_or(by_code),
            networked: row.maybe_flag(Field::Networked),
            networked_since: row.optional(Field::NetworkedSince, date::day),
            designated_from: row.optional(Field::DesignatedFrom, date::day),
            designated_to: row.optional(Field::DesignatedTo, date::open_end),
            suspended_from: row.optional(Field::SuspendedFrom, date::day),
            suspended_to: row.optional(Field::SuspendedTo, date::open_end),
            code: code?.into_boxed_str(),
            name: name?,
            region: region?,
        };
        row.in_order(Field::DesignatedTo, hospital.designated_from, hospital.designated_to);
        row.in_order(Field::SuspendedTo, hospital.suspended_from, hospital.suspended_to);
        Some(hospital)
    }
}

/// Further names; a credit code among them in its one form.
fn aliases(row: &mut RowReader) -> Vec<String> {
    let aliases = row.optional(Field::Aliases, code::names).unwrap_or_default();
    aliases.into_iter().map(credit_code::canonical).collect()
}

fn tier(cell: Cell<'_>, find: impl Fn(&str) -> Option<Tier>) -> cell_text::Parsed<Tier> {
    match cell_text::plain(cell)? {
        Some(text) if NO_LEVEL.contains(&&*text) => Ok(None),
        _ => word(cell, ("等级", "tier", Tier::all_zh), find),
    }
}
