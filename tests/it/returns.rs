//! What the bank sends back: read, recognised, recorded, paid again; with the real program, month
//! after month, every amount to the fen.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use calamine::{Data, Reader, Xlsx, open_workbook};
use encoding_rs::GB18030;
use lingbao::lock::Lock;
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use crate::batch::{Batch, LIU};
use crate::cli::{lingbao, text};

/// An office: its books, its months, its reports.
pub struct Office {
    folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        Office { folder: TempDir::new().expect("a folder") }
    }

    pub fn at(&self, inside: &str) -> String {
        self.folder.path().join(inside).to_str().expect("a plain path").to_owned()
    }

    pub fn does(&self, arguments: &[&str]) -> Output {
        let ledger = self.at("lingbao.db");
        lingbao(&[arguments, &["--ledger", &ledger]].concat())
    }

    /// Decides a month; answers with its folder.
    pub fn run(&self, batch: &Batch, month: &str) -> PathBuf {
        let (inputs, out, key) = (batch.write(), self.at(month), self.at("key"));
        let kept = self.at(&format!("{month}-batch"));
        // Posting reads the batch again.
        let _ = fs::remove_dir_all(&kept);
        fs::create_dir(&kept).expect("a folder");
        for file in fs::read_dir(inputs.path()).expect("the batch") {
            let file = file.expect("a file");
            fs::copy(file.path(), Path::new(&kept).join(file.file_name())).expect("a copy");
        }
        let asked = ["run", &kept, "--month", month, "--out", &out, "--key", &key];
        let output = self.does(&asked);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        out.into()
    }

    pub fn post(&self, run: &Path) {
        let run = run.to_str().expect("a plain path");
        let output = self.does(&["post", run, "--on", "2024-07-05", "--by", "经办"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        self.check();
    }

    /// The books are sound; answers with what they say of themselves.
    pub fn check(&self) -> String {
        let output = self.does(&["ledger", "check"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        text(&output.stdout)
    }

    fn returns(&self, list: &str, expected: i32) -> String {
        let out = self.at("returns");
        let asked = ["returns", list, "--out", &out, "--on", "2024-08-01", "--by", "经办"];
        let output = self.does(&asked);
        assert_eq!(output.status.code(), Some(expected), "{}", said(&output));
        self.check();
        text(&output.stdout)
    }
}

pub fn said(output: &Output) -> String {
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

const STAYS: [(&str, &str); 7] = [
    ("2024-01-04", "2024-01-15"),
    ("2024-02-04", "2024-02-15"),
    ("2024-03-04", "2024-03-15"),
    ("2024-04-04", "2024-04-15"),
    ("2024-05-04", "2024-05-15"),
    ("2024-06-04", "2024-06-15"),
    ("2024-07-04", "2024-07-15"),
];

fn account(number: u8) -> String {
    format!("62000000000000000{number:02}")
}

/// A stay of Wang's in some month, to be paid to some account.
fn wang(batch: &mut Batch, id: &'static str, stay: usize, to: u8) {
    let (from, until) = STAYS[stay];
    let account = account(to);
    let more = [("入院日期", from), ("出院日期", until), ("银行账号", &account)];
    batch.claim(id, &more);
}

/// A stay of Liu's.
pub fn liu(batch: &mut Batch, id: &'static str, stay: usize, to: u8) {
    let (from, until) = STAYS[stay];
    let account = account(to);
    batch.claim(
        id,
        &[
            ("证件号码", LIU),
            ("姓名", "刘试"),
            ("收款人", "刘试"),
            ("入院日期", from),
            ("出院日期", until),
            ("银行账号", &account),
        ],
    );
}

pub fn world() -> Batch {
    let mut batch = Batch::world();
    let of_liu = [("证件号码", LIU), ("姓名", "刘试")];
    batch.person(&of_liu).filing(&[("备案编号", "B2"), ("证件号码", LIU)]);
    batch.contribution(&[("证件号码", LIU)]);
    batch
}

/// June: the first stay of the year brings 16,512.00, every other 16,856.00.
fn june() -> Batch {
    let mut batch = world();
    for (stay, id) in ["A1", "A2", "A3", "A4", "A5"].into_iter().enumerate() {
        wang(&mut batch, id, stay, stay as u8 + 1);
    }
    liu(&mut batch, "B1", 0, 6);
    liu(&mut batch, "B2", 1, 7);
    liu(&mut batch, "B3", 2, 7);
    batch
}

/// July: a stay of Wang's to the account of A5, with the same amount.
fn july() -> Batch {
    let mut batch = world();
    wang(&mut batch, "A6", 5, 5);
    batch
}

fn august() -> Batch {
    let mut batch = world();
    liu(&mut batch, "B4", 6, 8);
    batch
}

/// The bank's list: a title, its own numbers and its own titles, in its own encoding.
fn list() -> Vec<u8> {
    let rows = [
        ("王试", 1, "16512.00", "账号不存在", "", "20240710"),
        ("王试", 2, "16856.00", "户名不符", "", "20240710"),
        ("王试", 3, "16856.00", "账户已销户", "", "20240710"),
        ("王试", 4, "16856.00", "汇路不通", "", "20240710"),
        ("王试", 4, "16856.00", "汇路不通", "", "20240710"),
        ("王试", 5, "16856.00", "账号不存在", "", "20240710"),
        ("李试", 99, "500.00", "账号不存在", "", "20240710"),
        ("刘试", 6, "1000.00", "账号不存在", "", "20240710"),
        ("刘试", 7, "16856.00", "退汇", "B3", "20240710"),
        ("刘试", 7, "16856.00", "请到柜面核实", "B2", "20240710"),
    ];
    let mut list =
        "代发失败明细清单,,,,,,\n编号,户名,账号,交易金额（元）,失败原因,受理编号,退汇日期\n"
            .to_owned();
    for (number, (name, to, amount, why, claims, day)) in rows.into_iter().enumerate() {
        let to = account(to);
        list += &format!("{},{name},{to},{amount},{why},{claims},{day}\n", 901 + number);
    }
    GB18030.encode(&list).0.into_owned()
}

/// A sheet's rows by their titles; totals are left out.
pub fn sheet(path: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut book: Xlsx<_> = open_workbook(path).expect("a workbook");
    let range = book.worksheet_range(name).expect("the sheet");
    let shown = |cell: &Data| match cell {
        Data::Float(number) => format!("{number:.2}"),
        other => other.to_string(),
    };
    let mut rows = range.rows().skip(1).map(|row| row.iter().map(shown).collect::<Vec<_>>());
    let titles = rows.next().expect("a header");
    let rows = rows.filter(|row| row[0] != "合计");
    rows.map(|row| titles.iter().cloned().zip(row).collect()).collect()
}

/// `payments.csv`: account, payee, amount and claims of every transfer.
fn payments(run: &Path) -> Vec<String> {
    let file = fs::read_to_string(run.join("payments.csv")).expect("the payments");
    let rows = file.trim_start_matches('\u{FEFF}').lines().skip(1);
    let shown = rows.map(|row| {
        let cells: Vec<&str> = row.split(',').collect();
        format!("{} {} {} {}", &cells[3][17..], cells[1], cells[4], cells[8])
    });
    shown.collect()
}

/// What cannot be paid: claim, amount and why.
fn lacking(run: &Path) -> Vec<String> {
    let rows = sheet(&run.join("payments.xlsx"), "缺收款账户");
    let shown =
        rows.iter().map(|row| format!("{} {} {}", row["申报编号"], row["应拨金额"], row["原因"]));
    shown.collect()
}

fn kinds(run: &Path) -> Vec<String> {
    let rows = sheet(&run.join("payments.xlsx"), "拨付清单");
    let claims = rows.iter().filter(|row| !row["申报编号"].is_empty());
    claims.map(|row| format!("{} {}", row["申报编号"], row["类别"])).collect()
}

/// The workbook with some cells filled in: where a column holds a text, title and value.
pub fn filled(book: &Path, fill: &[(&str, &str, &str, &str)], to: &str) {
    let mut source: Xlsx<_> = open_workbook(book).expect("the workbook");
    let mut written = Workbook::new();
    for name in source.sheet_names() {
        let range = source.worksheet_range(&name).expect("a sheet");
        let page = written.add_worksheet().set_name(&name).expect("a name");
        let width = range.width();
        let cell = |row: usize, column: usize| range.get((row, column)).cloned();
        let title = |column| cell(1, column).map(|it| it.to_string()).unwrap_or_default();
        for row in 0..range.height() {
            let held = |wanted: &str| (0..width).find(|&column| title(column) == wanted);
            for column in 0..width {
                let filled = fill.iter().find(|(where_title, holds, into, _)| {
                    row > 1
                        && title(column) == *into
                        && held(where_title)
                            .and_then(|at| cell(row, at))
                            .is_some_and(|it| it == **holds)
                });
                let (at, across) = (row as u32, column as u16);
                let done = match (filled, cell(row, column)) {
                    (Some((_, _, _, value)), _) => page.write_string(at, across, *value),
                    (None, Some(Data::Float(number))) => page.write_number(at, across, number),
                    (None, Some(Data::DateTime(day))) => {
                        page.write_number(at, across, day.as_f64())
                    }
                    (None, Some(Data::Empty) | None) => continue,
                    (None, Some(other)) => page.write_string(at, across, other.to_string()),
                };
                done.expect("a cell");
            }
        }
    }
    written.save(to).expect("a workbook");
}

/// How much the books say is payable and ordered.
pub fn assert_owed(office: &Office, payable: &str, ordered: &str) {
    let books = office.check();
    let expected = format!("应付 {payable} 元，已下达 {ordered} 元");
    assert!(books.contains(&expected), "{expected} is not in\n{books}");
}

fn assert_told(told: &str, lines: &[&str]) {
    for line in lines {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
}

#[test]
fn what_the_bank_sends_back_is_recorded_once_and_paid_again() {
    let office = Office::new();
    office.post(&office.run(&june(), "2024-06"));
    office.post(&office.run(&july(), "2024-07"));
    assert_owed(&office, "151016.00", "151016.00");
    let bank = office.at("退回.csv");
    fs::write(&bank, list()).expect("the list");
    first_reading(&office, &bank);
    let first = office.at("first.xlsx");
    fs::copy(office.at("returns/returns.xlsx"), &first).expect("a copy");

    // The same list once more records nothing.
    let books = office.check();
    let told = office.returns(&bank, 1);
    assert_told(&told, &["登记退回 0 行 0.00 元，0 件", "已登记过 7 行 117,648.00 元"]);
    assert_eq!(office.check(), books, "not a record more");

    before_corrections(&office);
    corrections(&office, &first);
    after_corrections(&office);
    a_claim_sent_again(&office);
    a_correction_that_is_out_of_date(&office);
}

/// Six rows are orders of June, one of them a part of a transfer and one for no reason we know.
fn first_reading(office: &Office, bank: &str) {
    let told = office.returns(bank, 1);
    assert_told(
        &told,
        &[
            "退回清单 10 行 136,004.00 元",
            "登记退回 6 行 100,792.00 元，6 件申报",
            "其中须更正账户 4 行 67,080.00 元",
            "已登记过 1 行 16,856.00 元",
            "不能确定是哪一笔 1 行 16,856.00 元",
            "未对上 2 行 1,500.00 元",
            "不认识的退回原因写法：照录原文，按须更正账户处理",
            "账号相符，金额不符",
            "没有付过这个账号",
            "✓",
        ],
    );
    assert!(!told.contains("王试") && !told.contains("62000000"), "names nobody: {told}");
    assert_owed(office, "151016.00", "50224.00");
    let book = PathBuf::from(office.at("returns/returns.xlsx"));
    let matched = sheet(&book, "登记退回");
    let shown: Vec<String> = matched
        .iter()
        .map(|row| {
            let (month, account) = (&row["费款月份"], &row["银行账号"][17..]);
            let (claims, amount) = (&row["申报编号"], &row["金额（元）"]);
            format!("{month} {account} {amount} {claims} {} {}", row["退回类别"], row["账户更正"])
        })
        .collect();
    let needed = "须更正：填写更正栏后交回";
    assert_eq!(
        shown,
        [
            format!("2024-06 01 16512.00 A1 账号有误 {needed}"),
            format!("2024-06 02 16856.00 A2 户名不符 {needed}"),
            format!("2024-06 03 16856.00 A3 账户已销户或冻结 {needed}"),
            "2024-06 04 16856.00 A4 退汇 无须更正".to_owned(),
            "2024-06 07 16856.00 B3 退汇 无须更正".to_owned(),
            format!("2024-06 07 16856.00 B2 其他 {needed}"),
        ]
    );
    let others = sheet(&book, "未登记");
    let results: Vec<&str> = others.iter().map(|row| &*row["结果"]).collect();
    assert_eq!(results, ["已登记过", "不能确定", "未对上", "未对上"]);
    let near = &others[1]["相近的拨付"];
    assert!(near.contains("2024-06 第 5 笔") && near.contains("2024-07 第 1 笔"), "{near}");
    let near = &others[3]["相近的拨付"];
    assert!(near.contains("2024-06 第 6 笔 刘试") && near.contains("16,512.00"), "{near}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&book).expect("the report").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// August, before anybody gave other details: what is no fault of theirs is paid again.
fn before_corrections(office: &Office) {
    let run = office.run(&august(), "2024-08");
    assert_eq!(
        payments(&run),
        ["04 王试 16856.00 A4", "07 刘试 16856.00 B3", "08 刘试 16856.00 B4"]
    );
    assert_eq!(kinds(&run), ["A4 重拨", "B3 重拨", "B4 本月拨付"]);
    assert_eq!(
        lacking(&run),
        [
            "B2 16856.00 银行退回：请到柜面核实",
            "A1 16512.00 银行退回：账号不存在",
            "A2 16856.00 银行退回：户名不符",
            "A3 16856.00 银行退回：账户已销户",
        ]
    );
}

/// The report is filled in and handed back: another account, another name, and which of two
/// transfers a row means.
fn corrections(office: &Office, report: &str) {
    let filled_in = office.at("填好.xlsx");
    let (ambiguous, corrected) = (account(5), account(11));
    let same = account(2);
    filled(
        Path::new(report),
        &[
            ("申报编号", "A1", "更正收款人", "王试"),
            ("申报编号", "A1", "更正银行账号", &corrected),
            ("申报编号", "A2", "更正收款人", "王小试"),
            ("申报编号", "A2", "更正银行账号", &same),
            ("银行账号", &ambiguous, "费款月份", "2024-07"),
            ("银行账号", &ambiguous, "序号", "1"),
        ],
        &filled_in,
    );
    let told = office.returns(&filled_in, 1);
    assert_told(
        &told,
        &[
            "登记退回 1 行 16,856.00 元",
            "已登记过 7 行 117,648.00 元",
            "未对上 2 行 1,500.00 元",
            "更正账户 2 件",
        ],
    );
    assert_owed(office, "151016.00", "33368.00");
    let books = office.check();
    let told = office.returns(&filled_in, 1);
    assert_told(&told, &["登记退回 0 行", "已登记过 8 行 134,504.00 元", "更正账户 0 件"]);
    assert_eq!(office.check(), books, "not a record more");

    let unusable = office.at("更正.csv");
    let row = format!("王试,{},16856.00,账户已销户,王试,6200-1,", account(3));
    let header = "户名,账号,金额,退回原因,更正收款人,更正账号,更正开户行";
    fs::write(&unusable, format!("{header}\n{row}\n")).expect("a list");
    let told = office.returns(&unusable, 1);
    assert_told(&told, &["更正银行账号不全是数字", "另有隔离 1 行 16,856.00 元"]);
    assert_eq!(office.check(), books, "not a record more");
}

/// August again: what was corrected is paid again, too; then it is ordered and no longer open.
fn after_corrections(office: &Office) {
    let run = office.run(&august(), "2024-08");
    assert_eq!(
        payments(&run),
        [
            "02 王小试 16856.00 A2",
            "04 王试 16856.00 A4",
            "07 刘试 16856.00 B3",
            "08 刘试 16856.00 B4",
            "11 王试 16512.00 A1",
        ]
    );
    let words = ["B2", "A3", "A6"].map(|id| lacking(&run).iter().any(|it| it.starts_with(id)));
    assert_eq!((words, lacking(&run).len()), ([true; 3], 3));
    office.post(&run);
    assert_owed(office, "167872.00", "117304.00");
    let told = text(&office.does(&["ledger", "show", "A1"]).stdout);
    assert_told(&told, &["（退回：账号有误）", "账户更正为", "重拨 16512.00"]);
}

/// September: the clerk hands in a claim once more with another account, which answers the bank.
fn a_claim_sent_again(office: &Office) {
    let mut batch = world();
    wang(&mut batch, "A3", 2, 33);
    let run = office.run(&batch, "2024-09");
    assert_eq!(payments(&run), ["33 王试 16856.00 A3"]);
    assert_eq!(kinds(&run), ["A3 重拨"]);
    assert_eq!(lacking(&run).len(), 2, "{:?}", lacking(&run));
    office.post(&run);
    assert_owed(office, "167872.00", "134160.00");
}

/// What a claim says when it is sent again is newer than a correction, in every later month.
fn a_correction_that_is_out_of_date(office: &Office) {
    let once_more = |to: u8, day: &str, why: &str| {
        let list = office.at("再退.csv");
        let row = format!("王试,{},16512.00,{why},{day}", account(to));
        fs::write(&list, format!("户名,账号,金额,退回原因,退回日期\n{row}\n")).expect("a list");
        assert_told(&office.returns(&list, 0), &["登记退回 1 行 16,512.00 元"]);
    };
    once_more(11, "2024-09-10", "账户已销户");
    let mut batch = world();
    wang(&mut batch, "A1", 0, 44);
    let run = office.run(&batch, "2024-10");
    assert_eq!(payments(&run), ["44 王试 16512.00 A1"]);
    office.post(&run);
    once_more(44, "2024-10-10", "退汇");
    let mut batch = world();
    liu(&mut batch, "B5", 3, 8);
    let run = office.run(&batch, "2024-11");
    assert_eq!(payments(&run), ["08 刘试 16856.00 B5", "44 王试 16512.00 A1"]);
    office.post(&run);
    assert_owed(office, "184728.00", "151016.00");
}

#[test]
fn what_cannot_be_recorded_leaves_the_books_alone() {
    let office = Office::new();
    office.post(&office.run(&july(), "2024-07"));
    let books = office.check();
    let list = office.at("退回.csv");
    let row = format!("王试,{},16512.00,退汇", account(5));
    fs::write(&list, format!("户名,账号,金额,退回原因\n{row}\n")).expect("a list");
    let out = office.at("returns");
    let refused = |asked: &[&str], expected: &str| {
        let output = office.does(asked);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains(expected), "{}", said(&output));
        assert_eq!(office.check(), books);
    };
    {
        let lock = PathBuf::from(office.at("lingbao.db.lock"));
        let _held = Lock::take(&lock, "another").expect("the lock");
        refused(&["returns", &list, "--out", &out], "another");
        assert!(!Path::new(&out).exists(), "nothing is reported");
    }
    let letter = office.at("来信.csv");
    fs::write(&letter, "今天天气很好\n").expect("a file");
    refused(&["returns", &letter, "--out", &out], "没有拨付退回清单");
    office.returns(&list, 0);
    assert_owed(&office, "16512.00", "0.00");
    // The report itself is not read from where the next one goes.
    let own = office.at("returns/returns.xlsx");
    let output = office.does(&["returns", &own, "--out", &out]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(Path::new(&own).exists());
    let nobodys = office.at("none.db");
    let output = lingbao(&["returns", &list, "--out", &out, "--ledger", &nobodys]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!Path::new(&nobodys).exists());
}

#[test]
fn what_comes_back_after_the_claim_was_paid_more_is_not_paid_to_the_same_account_again() {
    let office = Office::new();
    let mut march = Batch::world();
    march.claim("M1", &[("受理日期", "2024-03-20")]);
    office.post(&office.run(&march, "2024-03"));
    let mut late = Batch::world();
    wang(&mut late, "J1", 0, 1);
    let run = office.run(&late, "2024-06");
    assert_eq!(payments(&run), ["01 王试 16856.00 J1;M1"], "16,512 and 344 more for March");
    office.post(&run);
    let list = office.at("退回.csv");
    let row = format!("王试,{},16512.00,账号有误,M1,2024-07-01", account(1));
    fs::write(&list, format!("户名,账号,金额,退回原因,申报编号,退回日期\n{row}\n"))
        .expect("a list");
    assert_told(&office.returns(&list, 0), &["登记退回 1 行 16,512.00 元"]);
    let run = office.run(&august(), "2024-08");
    assert_eq!(lacking(&run), ["M1 16512.00 银行退回：账号有误"]);
    assert_eq!(payments(&run), ["08 刘试 16512.00 B4"]);
}
