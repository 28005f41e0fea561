//! The command line, as clap sees it. Help is in both languages on one line each.

use std::num::NonZero;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::dates::{Date, Month};
use crate::domain::{Lang, RegionCode};
use crate::ingest::READER;
use crate::report::Voice;
use crate::rulebook::reading::iso_date;

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
    /// 核对报表与清单是否一致 · prove that a run's outputs are those of its manifest
    Verify(Verify),
    /// 地区数据：列出、显示、验算、新建 · list, show, test and start region data
    Region(RegionCommand),
    /// 疑点种类：列出、说明 · list and explain the kinds of findings
    Findings(FindingsCommand),
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

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "应写成 2024-06 · write it as 2024-06".into())
}

fn region(text: &str) -> Result<RegionCode, String> {
    RegionCode::parse(text).ok_or_else(|| "应为六位行政区划代码 · a six-digit region code".into())
}

fn day(text: &str) -> Result<Date, String> {
    iso_date(text).ok_or_else(|| "应写成 2024-06-30 · write it as 2024-06-30".into())
}
