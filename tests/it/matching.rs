//! Links that the gates do not show: which lines a claim gets, and which belong to nobody.

use std::fs;

use lingbao::flow::{ClaimLinks, Silent};
use lingbao::{matching, run};

use crate::batch::{Batch, CLASS_A, setup, workbooks};

/// Reads the world with claims A1 (invoice 101) and A2 (invoice 102) and these bill lines.
fn check(name: &str, lines: &str, expected: [(usize, Option<&str>); 2], orphans: usize) {
    let mut batch = Batch::world();
    batch.claim("A1", &[("票据号码", "101"), ("明细", "")]);
    batch.claim("A2", &[("票据号码", "102"), ("明细", "")]);
    let folder = batch.write();
    let header = "申报编号,票据号码,费用日期,医保编码,项目名称,数量,单价,金额\n";
    let rows: String = lines
        .split(' ')
        .map(|line| format!("{line},2024-03-05,{CLASS_A},项目,1,10,10\n"))
        .collect();
    fs::write(folder.path().join("lines.csv"), format!("{header}{rows}")).expect("a file");
    let records = run::read(folder.path(), setup(), &workbooks(), &Silent).expect("a batch");
    assert!(records.quarantine.is_empty(), "{name}: {:?}", records.quarantine);
    let linked = matching::link(records, &Silent);
    let got = |links: &ClaimLinks| (links.lines.len(), links.lines_tier);
    let found = [got(&linked.links[0]), got(&linked.links[1])];
    assert_eq!(found, expected, "{name}");
    assert_eq!(linked.orphan_lines.len(), orphans, "{name}");
}

#[test]
fn a_line_goes_by_claim_id_then_by_invoice() {
    let (id, invoice) = (Some("claim_id"), Some("invoice"));
    check("by claim id", "A1, A1, A2,", [(2, id), (1, id)], 0);
    check("by invoice", ",101 ,102 ,102", [(1, invoice), (2, invoice)], 0);
    check("the claim id goes first", "A1,102", [(1, id), (0, None)], 0);
    check("an unknown claim id leaves the invoice", "A9,102", [(0, None), (1, invoice)], 0);
    check("nothing fits", "A9,109", [(0, None), (0, None)], 1);
}
