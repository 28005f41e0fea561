//! `batch.toml`: what a person settles, and what is told when it does not fit.

use super::*;

const TIPS: &str = "线索编号,受理日期,受理地,对象类型,被举报对象";

fn try_with(settings: &str, files: &[(&str, &[u8])]) -> Result<RawBatch, IngestError> {
    let folder = tempfile::tempdir().expect("a folder");
    let all = files.iter().copied().chain([("batch.toml", settings.as_bytes())]);
    for (name, bytes) in all {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    read_batch(folder.path(), layouts(), &Workbooks::InProcess, &Silent)
}

fn with(settings: &str, files: &[(&str, &[u8])]) -> RawBatch {
    try_with(settings, files).unwrap_or_else(|error| panic!("{settings}: {error:?}"))
}

fn faults(settings: &str) -> Vec<crate::flow::Problem> {
    match try_with(settings, &[("表.csv", LINES.as_bytes())]) {
        Err(IngestError::Choices(problems)) => problems,
        other => panic!("{settings}: {other:?}"),
    }
}

#[test]
fn it_is_an_input_like_the_files_it_speaks_of() {
    let batch = with("# nothing\n", &[("表.csv", LINES.as_bytes()), ("a.csv", b"x")]);
    let paths: Vec<&str> = batch.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["a.csv", "batch.toml", "表.csv"]);
    assert_eq!((batch.files[1].bytes, batch.files[1].sha256.len()), (10, 64));
    assert!(batch.notes.is_empty());
    let alone = try_with("", &[]).expect_err("no inputs");
    assert!(matches!(alone, IngestError::NoInputs { .. }));
}

#[test]
fn columns_are_what_a_person_says_they_are() {
    let text =
        "申报编号,费用日期,项目名称,数量,单价,实收,金额,经办意见\nA1,2024-06-01,甲,1,1,5,1,好\n";
    let settings = "[[sheet]]\nfile = \"县/表.csv\"\ncolumns = { \"实 收\" = \"amount\", \"经办意见\" = \"\" }\n";
    let batch = with(settings, &[("县/表.csv", text.as_bytes())]);
    let field = |index: usize| batch.tables[0].columns[index].field;
    assert_eq!((field(5), field(6), field(7)), (Some(Field::Amount), None, None));
    // The column that lost is told, the one that is not to be used is not.
    assert_eq!(batch.notes.len(), 1);
    assert_eq!(batch.notes[0].excerpt, "G 金额");
    let chinese = settings.replace("\"amount\"", "\"金额\"");
    let batch = with(&chinese, &[("县/表.csv", text.as_bytes())]);
    assert_eq!(batch.tables[0].columns[5].field, Some(Field::Amount));
}

#[test]
fn a_chosen_table_is_the_only_one_tried() {
    // By its columns it could be either; by 结算编号 it would never be a register of persons.
    let persons = "证件号码,姓名,参保地,险种,人员类别,结算编号\nx,甲,武汉,职工,在职,1\n";
    let refused = one("表.csv", persons.as_bytes());
    assert_eq!(kinds(&refused.unread), ["sheet-unrecognised"]);
    for table in ["persons", "参保信息"] {
        let settings = format!("[[sheet]]\nfile = \"表.csv\"\ntable = \"{table}\"\n");
        let batch = with(&settings, &[("表.csv", persons.as_bytes())]);
        assert_eq!(batch.tables[0].kind, TableKind::Persons);
    }
    let settings = "[[sheet]]\nfile = \"表.csv\"\ntable = \"claims\"\n";
    let batch = with(settings, &[("表.csv", persons.as_bytes())]);
    assert_eq!(kinds(&batch.unread), ["sheet-unrecognised"]);
    let said = &batch.unread[0].explanation.zh;
    assert!(said.contains("「零星报销申报表」") && said.contains("医疗费总额"), "{said}");
}

#[test]
fn a_chosen_header_row_is_the_only_one_tried() {
    let text =
        format!("{LINES}申报编号,费用日期,项目名称,数量,单价,金额\nB1,2024-06-03,丙,1,1,1\n");
    let settings = "[[sheet]]\nfile = \"表.csv\"\nheader_row = 4\n";
    let batch = with(settings, &[("表.csv", text.as_bytes())]);
    assert_eq!(shown(&batch.tables[0]), ["5:B1|2024-06-03|丙|1|1|1"]);
    for row in [2, 5, 99] {
        let settings = settings.replace('4', &row.to_string());
        let batch = with(&settings, &[("表.csv", text.as_bytes())]);
        assert_eq!(kinds(&batch.unread), ["sheet-unrecognised"], "row {row}");
        assert_eq!(batch.unread[0].place.row, Some(row));
    }
}

#[test]
fn sheets_of_a_workbook_are_settled_one_by_one_and_left_out() {
    let bytes = workbook(|book| {
        for name in ["六月", "汇总", "旧"] {
            let sheet = book.add_worksheet().set_name(name).expect("a name");
            sheet.write_row(0, 0, TIPS.split(',')).expect("a header");
        }
    });
    let settings = "[[sheet]]\nfile = \"簿.xlsx\"\ntable = \"skip\"\n\
                    [[sheet]]\nfile = \"簿.xlsx\"\nsheet = \"六月\"\ntable = \"tips\"\n";
    let batch = with(settings, &[("簿.xlsx", &bytes)]);
    assert_eq!(batch.tables.len(), 1);
    assert_eq!(kinds(&batch.notes), ["sheet-left-out", "sheet-left-out"]);
    assert_eq!(batch.notes[0].place.sheet.as_deref(), Some("汇总"));
}

#[test]
fn a_file_that_is_left_out_is_not_opened_and_stands_for_no_other() {
    let settings = "[[sheet]]\nfile = \"a.csv\"\ntable = \"skip\"\n\
                    [[sheet]]\nfile = \"坏.xlsx\"\ntable = \"skip\"\n";
    let lines = LINES.as_bytes();
    let batch = with(settings, &[("a.csv", lines), ("b.csv", lines), ("坏.xlsx", b"PK\x03\x04")]);
    assert!(batch.unread.is_empty(), "{:?}", batch.unread);
    assert_eq!(kinds(&batch.notes), ["sheet-left-out", "sheet-left-out"]);
    assert_eq!(batch.sources[batch.tables[0].source.0 as usize].file, "b.csv");
}

#[test]
fn encoding_and_delimiter_of_a_text_can_be_said() {
    // Titles that are UTF-8 as well as GB18030, and a header that any delimiter splits.
    let (gb, _, _) = GB18030.encode(LINES);
    let settings = "[[sheet]]\nfile = \"表.csv\"\nencoding = \"GB18030\"\ndelimiter = \",\"\n";
    assert_eq!(with(settings, &[("表.csv", &gb)]).tables[0].rows.len(), 2);
    let wrong = with(settings, &[("表.csv", LINES.as_bytes())]);
    assert!(wrong.tables.is_empty());
    let tabs = LINES.replace(',', "\t").replace("床位费", "床位费;特需");
    let settings = "[[sheet]]\nfile = \"表.txt\"\ndelimiter = \"\\t\"\n";
    assert_eq!(with(settings, &[("表.txt", tabs.as_bytes())]).tables[0].rows.len(), 2);
    let settings = settings.replace("\\t", ";");
    assert!(with(&settings, &[("表.txt", tabs.as_bytes())]).tables.is_empty());
    let wide = LINES.replace(',', "，");
    let settings = settings.replace(';', "，");
    assert_eq!(with(&settings, &[("表.txt", wide.as_bytes())]).tables[0].rows.len(), 2);
    let bare: Vec<u8> = LINES.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let settings = "[[sheet]]\nfile = \"表.csv\"\nencoding = \"utf-16be\"\n";
    assert_eq!(with(settings, &[("表.csv", &bare)]).tables[0].rows.len(), 2);
}

#[test]
fn an_entry_that_comes_to_nothing_is_told_at_its_line() {
    let book = workbook(|book| {
        book.add_worksheet().set_name("六月").expect("a name").write(0, 0, "x").expect("a cell");
    });
    let lines = LINES.as_bytes();
    let files = [("表.csv", lines), ("同.csv", lines), ("簿.xlsx", book.as_slice())];
    for (entry, excerpt, says) in [
        ("file = \"没有.csv\"", "没有.csv", "没有这个文件"),
        ("file = \"表.csv\"\ntable = \"bill_lines\"", "表.csv", "内容与「同.csv」相同"),
        ("file = \"同.csv\"\nsheet = \"六月\"", "六月", "文本文件没有工作表"),
        ("file = \"簿.xlsx\"\nsheet = \"七月\"", "七月", "有的是：六月"),
        ("file = \"簿.xlsx\"\nencoding = \"gbk\"", "簿.xlsx", "只用于文本文件"),
        ("file = \"同.csv\"\ncolumns = { \"备注\" = \"\" }", "备注", "表头中没有这一列"),
    ] {
        let batch = with(&format!("[[sheet]]\n{entry}\n"), &files);
        let told: Vec<_> = batch.notes.iter().filter(|p| p.kind == "choice-unused").collect();
        assert_eq!(told.len(), 1, "{entry}: {:?}", batch.notes);
        assert_eq!(
            (told[0].excerpt.as_str(), told[0].place.file.as_str()),
            (excerpt, "batch.toml")
        );
        assert!(told[0].explanation.zh.contains(says), "{entry}: {}", told[0].explanation.zh);
        assert!(matches!(told[0].place.row, Some(2..=4)), "{entry}: {:?}", told[0].place);
    }
}

#[test]
fn a_faulty_file_stops_the_run_with_every_fault_at_its_line() {
    for (entry, line, hint) in [
        ("table = \"claim\"", 3, "零星报销申报表"),
        ("header_row = 0", 3, "从 1 起"),
        ("encoding = \"latin1\"", 3, "gb18030"),
        ("delimiter = \"|\"", 3, "\";\""),
        ("columns = { \"实收\" = \"amnt\" }", 3, "layouts"),
        ("table = \"tips\"\ncolumns = { \"实收\" = \"amount\" }", 4, "举报线索编号"),
    ] {
        let problems = faults(&format!("[[sheet]]\nfile = \"表.csv\"\n{entry}\n"));
        assert_eq!(problems.len(), 1, "{entry}: {problems:?}");
        assert_eq!(problems[0].place.file, "batch.toml");
        assert_eq!(problems[0].place.row, Some(line), "{entry}");
        assert!(problems[0].hint.zh.contains(hint), "{entry}: {}", problems[0].hint.zh);
    }
    let several = "[[sheet]]\nfile = \"表.csv\"\ntable = \"x\"\nencoding = \"y\"\n\
                   [[sheet]]\nfile = \"表.csv\"\n";
    let told: Vec<_> = faults(several).iter().map(|p| (p.kind, p.place.row)).collect();
    let twice = ("data-twice", Some(6));
    assert_eq!(told, [("data-value", Some(3)), ("data-value", Some(4)), twice]);
    for (malformed, line) in [
        ("[[sheet]]\nfile = \"表.csv\"\ntabel = \"tips\"\n", 3),
        ("[[sheet]]\ntable = \"tips\"\n", 1),
        ("[sheets]\n", 1),
        ("[[sheet]]\nfile = 表.csv\n", 2),
    ] {
        let problems = faults(malformed);
        assert_eq!((problems[0].kind, problems[0].place.row), ("data-malformed", Some(line)));
    }
}
