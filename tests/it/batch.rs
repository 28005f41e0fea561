//! Small batches for tests, written as the CSV files an office would send and read through the
//! whole program. A table row is its usual values with a few replaced.

use std::fs;
use std::path::Path;

use lingbao::domain::Lang;
use lingbao::domain::dates::{Date, Month};
use lingbao::flow::{Decision, Detected, Records, Silent};
use lingbao::ingest::Workbooks;
use lingbao::report::{ProgramIdentity, Pseudonyms};
use lingbao::run::{self, Setup};
use tempfile::TempDir;

use crate::data;

/// An item of class A without limit or ceiling in every shipped catalog.
pub const CLASS_A: &str = "003301000010000";

/// A Wuhan employee, a woman; the order digits 996–999 belong to nobody.
pub const WANG: &str = "420106197003059969";
/// Another one.
pub const LIU: &str = "420106198811239989";

type Row = Vec<(&'static str, String)>;

/// Tables of a batch, by the file they are written to.
#[derive(Clone, Default)]
pub struct Batch {
    tables: Vec<(&'static str, Vec<Row>)>,
}

/// `usual` with some values replaced or added.
fn row(usual: &[(&'static str, &str)], other: &[(&'static str, &str)]) -> Row {
    let mut row: Row = usual.iter().map(|&(title, value)| (title, value.to_owned())).collect();
    for &(title, value) in other {
        match row.iter_mut().find(|(known, _)| *known == title) {
            Some((_, held)) => *held = value.to_owned(),
            None => row.push((title, value.to_owned())),
        }
    }
    row
}

impl Batch {
    /// One Wuhan employee with contributions, a long-term filing for Shenzhen, and a tier-3
    /// hospital there; no claims yet.
    pub fn world() -> Batch {
        let mut batch = Batch::default();
        batch.person(&[]).hospital(&[]).filing(&[]).contribution(&[]);
        batch
    }

    fn push(&mut self, table: &'static str, row: Row) -> &mut Batch {
        match self.tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, rows)) => rows.push(row),
            None => self.tables.push((table, vec![row])),
        }
        self
    }

    pub fn person(&mut self, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("证件号码", WANG),
            ("姓名", "王试"),
            ("参保地", "420100"),
            ("险种", "职工"),
            ("人员类别", "在职"),
            ("死亡日期", ""),
        ];
        self.push("persons", row(&usual, other))
    }

    pub fn hospital(&mut self, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("编码", "H44030000001"),
            ("名称", "深圳市云杉综合医院"),
            ("别名", ""),
            ("所属地区", "440300"),
            ("等级", "三级"),
            ("隶属", "市"),
            ("定点开始日期", ""),
            ("定点结束日期", ""),
            ("暂停开始日期", ""),
            ("暂停结束日期", ""),
        ];
        self.push("hospitals", row(&usual, other))
    }

    pub fn filing(&mut self, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("备案编号", "B1"),
            ("证件号码", WANG),
            ("参保地", "420100"),
            ("就医地", "440300"),
            ("备案类型", "长期异地居住"),
            ("备案开始日期", "2023-01-01"),
            ("备案结束日期", ""),
            ("办理日期", "2023-01-01"),
            ("备案医疗机构", ""),
            ("状态", "有效"),
        ];
        self.push("filings", row(&usual, other))
    }

    pub fn contribution(&mut self, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("证件号码", WANG),
            ("参保地", "420100"),
            ("险种", "职工"),
            ("费款所属期", "202401-202412"),
            ("状态", "到账"),
            ("到账日期", "2024-01-05"),
        ];
        self.push("contributions", row(&usual, other))
    }

    pub fn settlement(&mut self, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("结算编号", "S1"),
            ("证件号码", WANG),
            ("结算方式", "直接结算"),
            ("险种", "职工"),
            ("医疗类别", "住院"),
            ("票据代码", "44060124"),
            ("票据号码", "0099990001"),
            ("医疗机构编码", "H44030000001"),
            ("入院日期", "2024-01-05"),
            ("出院日期", "2024-01-10"),
            ("医疗费总额", "5000"),
            ("符合政策范围金额", "5000"),
            ("起付线", "800"),
            ("统筹基金支付", "3612"),
            ("结算日期", "2024-01-10"),
            ("状态", "正常"),
        ];
        self.push("settlements", row(&usual, other))
    }

    /// A claim of 20,000 with one bill line of class A, unless said otherwise. `明细` replaces the
    /// lines: `item|quantity|price|amount|day`, `;` between; empty for none. An item is a code, or
    /// `@name`, or `@name@spec@unit`.
    pub fn claim(&mut self, id: &'static str, other: &[(&'static str, &str)]) -> &mut Batch {
        let usual = [
            ("申报编号", id),
            ("证件号码", WANG),
            ("姓名", "王试"),
            ("参保地", "420100"),
            ("险种", "职工"),
            ("医疗类别", "住院"),
            ("就医地", "440300"),
            ("医疗机构编码", "H44030000001"),
            ("医疗机构名称", "深圳市云杉综合医院"),
            ("入院日期", "2024-03-04"),
            ("出院日期", "2024-03-15"),
            ("诊断编码", "I63.900"),
            ("票据代码", "44060124"),
            ("票据号码", id),
            ("医疗费总额", "20000"),
            ("票据统筹支付金额", ""),
            ("急诊标志", ""),
            ("第三方责任标志", ""),
            ("工伤标志", ""),
            ("受理日期", "2024-06-03"),
            ("已交材料", "票据、费用清单、出院记录"),
            ("收款人", "王试"),
            ("银行账号", "6200000000000000001"),
        ];
        let mut row = row(&usual, other);
        let lines = row.iter().position(|(title, _)| *title == "明细").map(|at| row.remove(at).1);
        let value = |title: &str| {
            row.iter().find(|(known, _)| *known == title).map_or("", |(_, value)| value.as_str())
        };
        let whole = format!(
            "{CLASS_A}|1|{total}|{total}|{day}",
            total = value("医疗费总额"),
            day = value("出院日期")
        );
        for line in lines.unwrap_or(whole).split(';').filter(|line| !line.is_empty()) {
            self.line(id, line);
        }
        self.push("claims", row)
    }

    fn line(&mut self, id: &'static str, line: &str) {
        let parts: Vec<&str> = line.split('|').collect();
        let [item, quantity, price, amount, day] = parts[..] else {
            panic!("a test line has five parts: {line}")
        };
        let (code, named) = if item.starts_with('@') { ("", item) } else { (item, "@项目") };
        let named: Vec<&str> = named.split('@').chain(["", "", ""]).collect();
        let line = [
            ("申报编号", id),
            ("票据号码", ""),
            ("费用日期", day),
            ("医保编码", code),
            ("项目名称", named[1]),
            ("规格", named[2]),
            ("单位", named[3]),
            ("数量", quantity),
            ("单价", price),
            ("金额", amount),
        ];
        self.push("bill_lines", row(&line, &[]));
    }

    /// The rows of every table the other way round.
    pub fn reversed(&self) -> Batch {
        let mut reversed = self.clone();
        reversed.tables.iter_mut().for_each(|(_, rows)| rows.reverse());
        reversed
    }

    /// Writes the tables as CSV files.
    pub fn write(&self) -> TempDir {
        let folder = TempDir::new().expect("a temporary folder");
        for (name, rows) in &self.tables {
            let titles: Vec<&str> = rows.first().into_iter().flatten().map(|(t, _)| *t).collect();
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record(&titles).expect("a header");
            for row in rows {
                assert_eq!(row.iter().map(|(t, _)| *t).collect::<Vec<_>>(), titles, "{name}");
                file.write_record(row.iter().map(|(_, value)| value)).expect("a row");
            }
            let bytes = file.into_inner().expect("the csv");
            fs::write(folder.path().join(format!("{name}.csv")), bytes).expect("a file");
        }
        folder
    }

    pub fn read(&self) -> Records {
        read(self.write().path())
    }

    /// The whole program but its reports; nothing may be quarantined.
    pub fn decide(&self) -> Detected {
        let records = self.read();
        let told: Vec<_> = records.quarantine.iter().flat_map(|r| &r.problems).collect();
        assert!(told.is_empty(), "quarantined: {told:#?}");
        assert!(records.unread.is_empty(), "unread: {:#?}", records.unread);
        run::decide(records, setup(), as_of(), &Silent)
    }
}

/// The records of a folder.
pub fn read(folder: &Path) -> Records {
    run::read(folder, setup(), &workbooks(), &Silent).expect("the batch can be read")
}

/// The last day of the books in tests.
pub fn as_of() -> Date {
    Month::parse("2024-06").expect("a month").last_day()
}

/// Workbooks read as the program reads them: in processes of their own.
pub fn workbooks() -> Workbooks {
    Workbooks::Isolated { program: env!("CARGO_BIN_EXE_lingbao").into() }
}

/// How reports of tests are written.
pub fn report_options() -> run::ReportOptions {
    run::ReportOptions {
        month: Month::of(as_of()),
        as_of: as_of(),
        lang: Lang::Zh,
        unmask: false,
        pseudonyms: Pseudonyms::from_key(b"a key for tests"),
        program: ProgramIdentity {
            name: "lingbao".into(),
            version: "test".into(),
            sha256: "0".repeat(64),
        },
        job: None,
    }
}

/// The shipped data, read once.
pub fn setup() -> &'static Setup {
    static SETUP: std::sync::OnceLock<Setup> = std::sync::OnceLock::new();
    SETUP.get_or_init(|| Setup::load(&data()).unwrap_or_else(|faults| panic!("{faults:#?}")))
}

/// The decision on a claim.
pub fn decision<'a>(detected: &'a Detected, id: &str) -> &'a Decision {
    let claims = &detected.adjudicated.linked.records.claims;
    let place = claims.iter().position(|claim| &*claim.claim_id == id);
    &detected.adjudicated.decisions[place.unwrap_or_else(|| panic!("no claim {id}"))]
}

/// Outcome and gates, as `reject F101;G11`.
pub fn verdict(decision: &Decision) -> String {
    let gates: Vec<&str> = decision.gates.iter().map(|hit| hit.code.as_str()).collect();
    format!("{} {}", decision.outcome.word(), gates.join(";")).trim_end().to_owned()
}
