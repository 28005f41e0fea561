//! The command line, as clap sees it. Help is in both languages on one line each.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::dates::{Date, Month};
use crate::domain::{Lang, RegionCode};
use crate::ingest::READER;
use crate::ledger::LEDGER_FILE;
use crate::report::Voice;
use crate::synth::Format;

use super::values::{Seeds, claims, day, lines, month, percent, region, seed, seeds};

/// 零报：异地就医手工报销批处理 · batch processor for manual cross-region medical claims
#[derive(Debug, Parser)]
#[command(name = "lingbao", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// 线程数（默认全部核心） · threads, all cores by default
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<NonZero<usize>>,
    /// 语言；默认：终端随系统，报表为中文 · language; by default the locale's, reports Chinese
    #[arg(long, global = true)]
    pub lang: Option<Language>,
    /// 只写文件，不显示进度和摘要 · no progress bars and no summary
    #[arg(long, global = true)]
    pub quiet: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 写一份演示数据并跑完 · write a demo batch, run it, show the way to its reports
    Demo(Demo),
    /// 读取并检查一批材料，不作决定 · read and validate a batch, change nothing
    Check(Check),
    /// 处理一批申报 · decide a batch and write its reports
    Run(Run),
    /// 一份申报的全部计算过程 · the whole working of one decision
    Explain(Explain),
    /// 核对报表与清单，可重新计算 · prove that a run's outputs are its manifest's and its inputs'
    Verify(Verify),
    /// 比较两次运行或两版数据，逐件说明 · what changed between two runs or two versions of the data
    Diff(Diff),
    /// 过账：把一次试算记入账本 · put a run's decisions on the books
    Post(Post),
    /// 冲销：一份申报或一期 · take a posted claim or run back by mirrored entries
    Reverse(Reverse),
    /// 退回：登记银行退回的拨付，收更正的账户 · record what the bank sent back, and corrected details
    Returns(Returns),
    /// 账本：核对、查询、导出 · check, show and export the books
    Ledger(LedgerCommand),
    /// 地区数据：列出、显示、验算、新建 · list, show, test and start region data
    Region(RegionCommand),
    /// 疑点种类：列出、说明 · list and explain the kinds of findings
    Findings(FindingsCommand),
    /// 编造一批任意大小的申报和真相表 · invent a batch of any size, with the truth about it
    Synth(Synth),
    /// 实测各种疑点的查全率和查准率 · measure precision and recall of every finding
    BenchFindings(BenchFindings),
    /// Reads one workbook for another process of this program.
    #[command(name = READER, hide = true)]
    ReadWorkbook(ReadWorkbook),
}

#[derive(Debug, Args)]
pub struct ReadWorkbook {
    pub memory_mib: u64,
    pub seconds: u64,
}

#[derive(Debug, Args)]
pub struct Demo {
    /// 演示文件夹 · where the batch and its reports go
    #[arg(long, default_value = "reports/demo")]
    pub out: PathBuf,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct Check {
    /// 材料所在文件夹 · the folder of the batch
    pub batch: PathBuf,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct Run {
    /// 材料所在文件夹 · the folder of the batch
    pub batch: PathBuf,
    /// 报销月份 · the month of the run
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Month,
    /// 报表文件夹，默认 reports/月份 · where the reports go, by default reports/MONTH
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// 账面截止日，默认当月最后一天 · last day of the books, by default the month's last
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub as_of: Option<Date>,
    /// 化名密钥文件，没有则新建 · key of the pseudonyms, made if absent
    #[arg(long, default_value = "lingbao.key")]
    pub key: PathBuf,
    /// 账本；没有时不用，第一次过账时建立 · the books; made by the first post
    #[arg(long, default_value = LEDGER_FILE)]
    pub ledger: PathBuf,
    /// 不遮盖姓名、证件号和账号（记入清单） · show names, ids and accounts; recorded
    #[arg(long)]
    pub unmask: bool,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct Explain {
    /// 申报编号 · the claim id
    pub claim: String,
    /// 说给谁听：经办、稽核、参保人（告知书） · told to a clerk, an auditor, the claimant
    #[arg(long, default_value = "auditor")]
    pub voice: VoiceWord,
    /// 报表文件夹；默认在 reports/ 下查找 · the run's folder, by default found below reports/
    #[arg(long)]
    pub run: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// 报表文件夹 · the run's folder
    pub run: PathBuf,
    /// 用同样的材料重新计算，逐字节比对 · decide it again from its inputs, compare byte for byte
    #[arg(long)]
    pub recompute: bool,
    /// 材料所在，默认照 job.toml · the batch, by default as job.toml says
    #[arg(long, value_name = "DIR", requires = "recompute")]
    pub batch: Option<PathBuf>,
    /// 数据文件夹，默认照 job.toml · the data folder, by default as job.toml says
    #[arg(long, value_name = "DIR", requires = "recompute")]
    pub data: Option<PathBuf>,
    /// 化名密钥文件，默认照 job.toml · the key of the pseudonyms, by default as job.toml says
    #[arg(long, value_name = "FILE", requires = "recompute")]
    pub key: Option<PathBuf>,
    /// 账本，默认为运行时所用 · the books, by default the run's
    #[arg(long, value_name = "FILE", requires = "recompute")]
    pub ledger: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Post {
    /// 报表文件夹 · the run's folder
    pub run: PathBuf,
    /// 过账日期，默认今天（北京时间） · the day of posting, today by default
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub on: Option<Date>,
    /// 过账人，默认为系统用户 · who posts, by default the system's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 账本，默认为运行时所用 · the books, by default the run's
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    /// 材料所在，默认照 job.toml · the batch, by default as job.toml says
    #[arg(long, value_name = "DIR")]
    pub batch: Option<PathBuf>,
    /// 数据文件夹，默认照 job.toml · the data folder, by default as job.toml says
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Reverse {
    /// 申报编号、#账内编号、月份或报表文件夹 · a claim id, #number, a month or a run's folder
    pub target: String,
    /// 冲销原因 · why it is taken back
    #[arg(long)]
    pub why: String,
    /// 冲销日期，默认今天（北京时间） · the day, today by default
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub on: Option<Date>,
    /// 冲销人，默认为系统用户 · who takes it back, by default the system's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 账本 · the books
    #[arg(long, value_name = "FILE", default_value = LEDGER_FILE)]
    pub ledger: PathBuf,
}

#[derive(Debug, Args)]
pub struct Returns {
    /// 银行的退回清单，或填好的 returns.xlsx；文件或文件夹 · the bank's lists: a file or a folder
    pub path: PathBuf,
    /// 账本 · the books
    #[arg(long, value_name = "FILE", default_value = LEDGER_FILE)]
    pub ledger: PathBuf,
    /// 报表文件夹 · where the report goes
    #[arg(long, default_value = "reports/returns")]
    pub out: PathBuf,
    /// 登记日期，默认今天（北京时间） · the day, today by default
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub on: Option<Date>,
    /// 登记人，默认为系统用户 · who records it, by default the system's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct LedgerCommand {
    #[command(subcommand)]
    pub job: LedgerJob,
    /// 账本 · the books
    #[arg(long, value_name = "FILE", default_value = LEDGER_FILE, global = true)]
    pub ledger: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum LedgerJob {
    /// 核对哈希链和全部余额 · prove the chain and every balance
    Check,
    /// 较早的程序写成的账本，升级到本程序的版本 · bring books of an earlier program up to date
    Upgrade,
    /// 一个人、一份申报或一个月在账上的全部记录 · what the books say of a person, claim or month
    Show {
        /// 证件号码、申报编号或月份 · an identity number, a claim id or a month
        what: String,
        /// 不遮盖姓名、证件号和账号 · show names, ids and accounts
        #[arg(long)]
        unmask: bool,
    },
    /// 导出为 CSV 和 Parquet（人员为化名） · write CSV and Parquet, persons by pseudonym
    Export {
        /// 导出到的文件夹 · where to
        #[arg(long, default_value = "reports/ledger")]
        out: PathBuf,
        /// 化名密钥文件，没有则新建 · key of the pseudonyms, made if absent
        #[arg(long, default_value = "lingbao.key")]
        key: PathBuf,
    },
}

#[derive(Debug, Args)]
#[command(override_usage = "lingbao diff [OPTIONS] <OLD_RUN> <NEW_RUN>\n       \
    lingbao diff [OPTIONS] --data <OLD> <NEW> --batch <BATCH> --month <YYYY-MM>")]
pub struct Diff {
    /// 旧、新两次运行的报表文件夹 · the folders of the old and of the new run
    #[arg(
        value_names = ["OLD_RUN", "NEW_RUN"],
        num_args = 2,
        required_unless_present = "data",
        conflicts_with = "data"
    )]
    pub runs: Vec<PathBuf>,
    /// 旧、新两个数据文件夹：同一批各算一次 · two data folders: the batch is decided with each
    #[arg(
        long,
        value_names = ["OLD", "NEW"],
        num_args = 2,
        requires_all = ["batch", "month"]
    )]
    pub data: Vec<PathBuf>,
    /// 材料所在文件夹，用于 --data · the folder of the batch, with --data
    #[arg(long, requires = "data")]
    pub batch: Option<PathBuf>,
    /// 报销月份，用于 --data · the month, with --data
    #[arg(long, value_name = "YYYY-MM", value_parser = month, requires = "data")]
    pub month: Option<Month>,
    /// 账面截止日，默认当月最后一天 · last day of the books, by default the month's last
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day, requires = "data")]
    pub as_of: Option<Date>,
    /// 化名密钥文件，没有则新建，用于 --data · key of the pseudonyms, made if absent, with --data
    #[arg(long, default_value = "lingbao.key")]
    pub key: PathBuf,
    /// 差异报表文件夹 · where the reports of the comparison go
    #[arg(long, default_value = "reports/diff")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct RegionCommand {
    #[command(subcommand)]
    pub job: RegionJob,
    /// 地区、目录等数据文件夹 · the folder of regions, catalogs and layouts
    #[arg(long = "data", default_value = "data", value_name = "DIR", global = true)]
    pub folder: PathBuf,
}

#[derive(Debug, Subcommand)]
pub enum RegionJob {
    /// 各地区已收录、未收录和未核对的内容 · what is covered, left out and not verified
    List,
    /// 某日有效的规定和出处 · the rules in force on a day, with their sources
    Show {
        /// 地区代码 · the region's code
        #[arg(value_parser = region)]
        code: RegionCode,
        /// 哪一天 · the day
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
        on: Date,
    },
    /// 验算地区的例子 · run the cases beside the regions
    Test {
        /// 只验算一个地区 · of one region only
        #[arg(value_parser = region)]
        code: Option<RegionCode>,
    },
    /// 新建一个地区的文件夹，内附写法 · start the folder of a region, with how to write it
    New {
        /// 地区代码 · the region's code
        #[arg(value_parser = region)]
        code: RegionCode,
    },
}

#[derive(Debug, Args)]
pub struct FindingsCommand {
    #[command(subcommand)]
    pub job: FindingsJob,
}

#[derive(Debug, Subcommand)]
pub enum FindingsJob {
    /// 全部疑点种类 · every kind of finding
    List,
    /// 一种疑点的说明 · one kind, explained
    Show {
        /// 例如 F303 · e.g. F303
        code: String,
    },
    /// 登记核查结论：填好的 findings.xlsx · put verdicts on the books: findings.xlsx, filled in
    Record(RecordVerdicts),
    /// 各种疑点核查下来的结果 · what became of the findings on the books, by kind
    Verdicts {
        /// 账本 · the books
        #[arg(long, value_name = "FILE", default_value = LEDGER_FILE)]
        ledger: PathBuf,
        /// 另写成报表（verdicts.xlsx、verdicts.csv）的文件夹 · also write reports, into this folder
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub struct RecordVerdicts {
    /// 填好核查结论的 findings.xlsx 或同样表头的表 · the register with its verdicts, or a like table
    pub path: PathBuf,
    /// 账本 · the books
    #[arg(long, value_name = "FILE", default_value = LEDGER_FILE)]
    pub ledger: PathBuf,
    /// 没有填核查日期的按这一天，默认今天（北京时间） · the day of those that name none
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub on: Option<Date>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct Synth {
    /// 申报件数 · how many claims
    #[arg(long, value_name = "N", value_parser = claims)]
    pub claims: u32,
    /// 每件的明细行数，大约 · bill lines of a claim, about
    #[arg(long, value_name = "L", default_value = "20", value_parser = lines)]
    pub lines: u32,
    /// 种子：同一种子得到同样的文件 · the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value = "1", value_parser = seed)]
    pub seed: u64,
    /// 植入的案例及其近似者占申报的百分比 · percent of claims that are planted, or near misses
    #[arg(long, value_name = "PERCENT", default_value = "5", value_parser = percent)]
    pub rate: u32,
    /// 文件格式 · format of the files
    #[arg(long, default_value = "csv")]
    pub format: FormatWord,
    /// 空文件夹：其下写 batch/ 和 truth.csv · an empty folder for batch/ and truth.csv
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct BenchFindings {
    /// 每批申报件数 · claims of each batch
    #[arg(long, value_name = "N", default_value = "20000", value_parser = claims)]
    pub claims: u32,
    /// 每件的明细行数，大约 · bill lines of a claim, about
    #[arg(long, value_name = "L", default_value = "16", value_parser = lines)]
    pub lines: u32,
    /// 种子，如 21,22 或 21..25 · seeds, e.g. 21,22 or 21..25
    #[arg(long, value_name = "LIST", default_value = "21..25", value_parser = seeds)]
    pub seeds: Seeds,
    /// 植入的案例及其近似者占申报的百分比 · percent of claims that are planted, or near misses
    #[arg(long, value_name = "PERCENT", default_value = "20", value_parser = percent)]
    pub rate: u32,
    /// 结果表 · where the table goes
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 漏报和误报逐条列出 · a list of everything missed or flagged wrongly
    #[arg(long, value_name = "FILE")]
    pub misses: Option<PathBuf>,
    /// 随程序发布的结果表，须注明日期 · the table that ships with the program; needs its day
    #[arg(long, value_name = "FILE", requires = "as_of")]
    pub commit_to: Option<PathBuf>,
    /// 测量日期 · the day of the measurement
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    pub as_of: Option<Date>,
    #[command(flatten)]
    pub data: Data,
}

#[derive(Debug, Args)]
pub struct Data {
    /// 地区、目录等数据文件夹 · the folder of regions, catalogs and layouts
    #[arg(long = "data", default_value = "data", value_name = "DIR")]
    pub folder: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Language {
    Zh,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Lang {
        match language {
            Language::Zh => Lang::Zh,
            Language::En => Lang::En,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FormatWord {
    Csv,
    Xlsx,
}

impl From<FormatWord> for Format {
    fn from(word: FormatWord) -> Format {
        match word {
            FormatWord::Csv => Format::Csv,
            FormatWord::Xlsx => Format::Xlsx,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum VoiceWord {
    Clerk,
    Auditor,
    Claimant,
}

impl From<VoiceWord> for Voice {
    fn from(voice: VoiceWord) -> Voice {
        match voice {
            VoiceWord::Clerk => Voice::Clerk,
            VoiceWord::Auditor => Voice::Auditor,
            VoiceWord::Claimant => Voice::Claimant,
        }
    }
}
