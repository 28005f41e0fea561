//! What `lingbao check` says at the end: the tally of every sheet, how many claims are linked to
//! what, and which bill lines belong to nobody.

use crate::domain::Lang;
use crate::flow::{ClaimLinks, Linked, Match, PersonLink};

use super::cells::grouped;
use super::wording::{pad_left, pad_right};

/// Tables, ties and links, a line each. Names no person.
pub fn check_lines(linked: &Linked, lang: Lang) -> String {
    let records = &linked.records;
    let mut lines = vec![
        lang.pick(
            "工作表（读入 = 接受 + 隔离 + 已更正 + 非数据行；金额同样相等）".to_owned(),
            "sheets (rows read = accepted + quarantined + replaced + passed over; so do amounts)"
                .to_owned(),
        ),
    ];
    for tally in &records.tallies {
        let label = records.source(tally.source).label();
        let counts = format!(
            "{} = {} + {} + {} + {}",
            tally.rows_read, tally.accepted, tally.quarantined, tally.replaced, tally.passed_over
        );
        let money = match tally.kind.amount_field() {
            Some(_) => format!(
                "{} = {} + {} + {}",
                grouped(tally.amount_read),
                grouped(tally.amount_accepted),
                grouped(tally.amount_quarantined),
                grouped(tally.amount_replaced)
            ),
            None => String::new(),
        };
        let kind = lang.pick(tally.kind.zh(), tally.kind.word());
        lines.push(format!(
            "  {} {} {counts}  {money}",
            pad_right(&label, 40),
            pad_right(kind, 14)
        ));
    }
    lines.push(lang.pick("申报的匹配".into(), "links of the claims".into()));
    for (name, count) in links(linked, lang) {
        lines.push(format!("  {} {}", pad_right(name, 40), pad_left(&count.to_string(), 9)));
    }
    lines.join("\n")
}

fn links(linked: &Linked, lang: Lang) -> Vec<(&'static str, usize)> {
    let count = |holds: &dyn Fn(&ClaimLinks) -> bool| {
        linked.links.iter().filter(|links| holds(links)).count()
    };
    vec![
        (lang.pick("申报", "claims"), linked.links.len()),
        (
            lang.pick("找到参保人", "person found"),
            count(&|links| matches!(links.person, PersonLink::Known { .. })),
        ),
        (
            lang.pick("找到医疗机构", "hospital found"),
            count(&|links| matches!(links.hospital, Match::One { .. })),
        ),
        (lang.pick("找到费用明细", "bill found"), count(&|links| !links.lines.is_empty())),
        (lang.pick("已有结算", "settled before"), count(&|links| !links.settled.is_empty())),
        (lang.pick("不属任何申报的明细行", "bill lines of no claim"), linked.orphan_lines.len()),
    ]
}
