//! What a detector is: a code, a name, a function, and the Chinese documentation that stands at
//! the head of its file.
//!
//! The surprise: the documentation is read from the source text itself, so the page a user sees
//! and the comment a programmer sees cannot drift apart.

use crate::domain::Code;

use super::scene::{Draft, Scene};

/// What being paid twice for one care breaks 重复享受医疗保障待遇.
pub(super) const TWICE_PAID: &str =
    "《医疗保障基金使用监督管理条例》第十七条、第四十一条（重复享受医疗保障待遇）";

/// Where filing is regulated 备案.
pub(super) const CROSS_REGION_RULES: &str =
    "《基本医疗保险跨省异地就医直接结算经办规程》（医保发〔2022〕22号）";

/// One kind of doubtful point.
pub struct Detector {
    pub code: Code,
    /// The pattern, as machines and command lines name it: `unfiled-care`.
    pub name: &'static str,
    /// The text of the detector's own file.
    pub source: &'static str,
    pub run: fn(&Scene) -> Vec<Draft>,
}

/// What the first pass found.
pub type Found = [(Code, Draft)];

/// A detector that judges by what all others found: its `run` is [`nothing_by_itself`], and this is
/// asked in a second pass.
pub struct Profile {
    pub code: Code,
    pub run: fn(&Scene, &Found) -> Vec<Draft>,
}

/// What the first pass of a profile finds.
pub(super) fn nothing_by_itself(_scene: &Scene) -> Vec<Draft> {
    Vec::new()
}

impl Detector {
    /// One section of the page, without its title; Chinese lines run on without a blank.
    pub fn section(&self, title: &str) -> String {
        let page = self.documentation();
        let heading = format!("## {title}\n");
        let body = page.split_once(&heading).map_or("", |(_, rest)| rest);
        body.split("\n## ").next().unwrap_or_default().lines().map(str::trim).collect()
    }

    /// The page for users: title and sections, in Markdown.
    pub fn documentation(&self) -> String {
        let header = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        let mut page = String::new();
        for line in header {
            page.push_str(line.strip_prefix(' ').unwrap_or(line));
            page.push('\n');
        }
        page
    }
}
