//! Codes that offices and spreadsheets have changed: of hospitals, and of units.

use lingbao::flow::{Problem, Records};

use crate::batch::Batch;

/// What is told at the rows of a table, as kind, excerpt and Chinese explanation.
fn told<'a>(problems: impl IntoIterator<Item = &'a Problem>) -> Vec<(&'a str, &'a str, &'a str)> {
    let told = |p: &'a Problem| (p.kind, p.excerpt.as_str(), p.explanation.zh.as_str());
    problems.into_iter().map(told).collect()
}

fn quarantined(records: &Records) -> Vec<&Problem> {
    records.quarantine.iter().flat_map(|reject| &reject.problems).collect()
}

/// Two hospitals and a pharmacy; the pharmacy has the digits of the first hospital.
fn listed() -> Batch {
    let mut batch = Batch::world();
    batch.hospital(&[("编码", "H44030500012"), ("名称", "深圳市云杉康复医院")]);
    batch.hospital(&[("编码", "P44030000001"), ("名称", "云杉药店")]);
    batch
}

#[test]
fn a_hospital_code_gets_back_what_it_lost_where_the_list_leaves_one_possibility() {
    for (written, restored) in [
        ("44030500012", "H44030500012"),
        ("H44030512", "H44030500012"),
        ("44030512", "H44030500012"),
        ("４４０３０５０１２", "H44030500012"),
        ("H4403001", "H44030000001"),
        ("P4403001", "P44030000001"),
    ] {
        let mut batch = listed();
        batch.claim("C1", &[("医疗机构编码", written)]);
        batch.claim("C2", &[("医疗机构编码", written)]);
        batch.settlement(&[("医疗机构编码", written)]);
        let records = batch.read();
        assert_eq!(quarantined(&records), Vec::<&Problem>::new(), "{written}");
        assert_eq!(records.claims[1].hospital_code.as_deref(), Some(restored), "{written}");
        assert_eq!(records.settlements[0].hospital_code.as_deref(), Some(restored), "{written}");
        let expected = format!("编码缺字母或前导零，按本批定点机构名单补全为 {restored}");
        let once_a_sheet = [("hospital-code-restored", written, expected.as_str()); 2];
        assert_eq!(told(&records.notes), once_a_sheet, "{written}");
    }
}

#[test]
fn a_hospital_code_that_may_be_several_or_none_is_quarantined_with_those_it_may_be() {
    for (written, candidates) in [
        ("44030000001", Some("H44030000001、P44030000001")),
        ("4403001", Some("H44030000001、P44030000001")),
        ("44030000002", None),
        ("H44030600012", None),
        ("H4403", None),
    ] {
        let mut batch = listed();
        batch.claim("C1", &[("医疗机构编码", written)]);
        let records = batch.read();
        let is_whole = written.len() == 12;
        assert_eq!(records.claims.len(), usize::from(is_whole), "{written}");
        assert_eq!(records.notes, Vec::<Problem>::new(), "{written}");
        for problem in quarantined(&records) {
            assert_eq!(problem.kind, "hospital-code", "{written}");
            let shown = problem.hint.zh.split("可能是：").nth(1);
            assert_eq!(shown, candidates, "{written}");
        }
    }
}

#[test]
fn the_hospitals_are_known_whatever_the_order_of_files_and_rows() {
    let mut batch = listed();
    batch.claim("C1", &[("医疗机构编码", "44030512")]);
    for batch in [batch.reversed(), batch] {
        let folder = batch.write();
        for name in ["0.csv", "zz.csv"] {
            let moved = folder.path().join(name);
            let file = if name == "0.csv" { "hospitals.csv" } else { "0.csv" };
            std::fs::rename(folder.path().join(file), moved).expect("a file");
            let records = crate::batch::read(folder.path());
            let code = records.claims[0].hospital_code.as_deref();
            assert_eq!(code, Some("H44030500012"), "{name}");
        }
    }
}

#[test]
fn a_credit_code_has_one_form_and_a_failed_check_is_told_once_a_sheet() {
    let mut batch = Batch::world();
    for (id, written) in [
        ("C1", "12420106yy00001x8n"),
        ("C2", "１２４２０１０６ ＹＹ００００１Ｘ８Ｎ"),
        ("C3", "12420106495570215P"),
        ("C4", "12420106495570215P"),
        ("C5", "某市 试验有限公司"),
        ("C6", crate::batch::WANG),
        ("C7", "无"),
    ] {
        batch.claim(id, &[("单位", written)]);
    }
    let records = batch.read();
    let employers: Vec<_> = records.claims.iter().map(|c| c.employer.as_deref()).collect();
    let (sound, unsound) = (Some("12420106YY00001X8N"), Some("12420106495570215P"));
    let name = Some("某市试验有限公司");
    let wang = Some(crate::batch::WANG);
    assert_eq!(employers, [sound, sound, unsound, unsound, name, wang, None]);
    let kinds: Vec<_> = records.notes.iter().map(|note| (note.kind, note.place.row)).collect();
    assert_eq!(kinds, [("credit-code-check", Some(4))]);

    let mut batch = Batch::world();
    batch.claim("C1", &[("单位", "1.242E+17")]);
    assert_eq!(quarantined(&batch.read())[0].kind, "number-damaged");
}
