//! The `[[source]]` lists of TOML files, and the citations made of them. A clause whose source is
//! not listed is refused: nobody could look it up.

use std::collections::HashMap;
use std::ops::Range;

use crate::domain::Citation;
use crate::domain::citation::Checked;
use crate::domain::dates::Date;
use crate::domain::words::words;

use super::keys::{Keys, Reading};
use super::reading::Wrong;
use super::texts::from_words;

words! {
    /// How near a source is to the official text.
    Grade {
        Official = "Q-A", "官方";
        Quoting = "Q-B", "引用官方文本的媒体、指南或代码库";
        Weak = "Q-C", "内容站，仅与他处一致时采用";
        Memory = "memory", "公开规定的一般了解，未见原文";
        Published = "published", "公开发表的算例";
    }
}
from_words! { Grade }

/// A document that clauses stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    id: String,
    title: String,
    document: Option<String>,
    link: Option<String>,
}

impl Source {
    /// Reads every `[[source]]` of a table.
    pub fn read_all(keys: &mut Keys) -> Vec<Source> {
        let mut sources: Vec<Source> = Vec::new();
        for mut keys in keys.tables("source") {
            let (id, title) = (keys.need("id"), keys.need("title"));
            let (document, link) = (keys.maybe("document"), keys.maybe("link"));
            keys.need::<Grade>("grade");
            if sources.iter().any(|known| Some(&known.id) == id.as_ref()) {
                let what = ("出处编号重复", "the id of a source is used twice");
                keys.reading().tell(keys.span_of("id"), Wrong::twice(what));
            }
            keys.end();
            if let (Some(id), Some(title)) = (id, title) {
                sources.push(Source { id, title, document, link });
            }
        }
        sources
    }
}

/// The sources of one file by their ids.
pub(super) struct NamedSources<'a> {
    /// The file they stand in.
    list: &'a str,
    by_id: HashMap<&'a str, &'a Source>,
}

impl<'a> NamedSources<'a> {
    pub fn new(list: &'a str, sources: &'a [Source]) -> NamedSources<'a> {
        let by_id = sources.iter().map(|source| (source.id.as_str(), source)).collect();
        NamedSources { list, by_id }
    }

    /// The source that a basis names.
    pub fn find(&self, basis: &Basis, reading: &Reading) -> Option<&'a Source> {
        let source = self.by_id.get(basis.source.as_str()).copied();
        if source.is_none() {
            let list = self.list;
            let wrong = Wrong::new(
                "data-source",
                ("没有这个出处", "there is no such source"),
                (
                    &format!("改用 {list} 中 [[source]] 的 id，或在其中补上"),
                    &format!("use the id of a [[source]] of {list}, or add it there"),
                ),
            );
            reading.tell(basis.source_span.clone(), wrong);
        }
        source
    }
}

/// `basis = { source, article?, verified_on? }`: what a clause stands on.
#[derive(Clone, Debug)]
pub(super) struct Basis {
    source: String,
    source_span: Range<usize>,
    article: Option<String>,
    /// The day somebody compared the value with its source; none: not compared.
    verified_on: Option<Date>,
}

impl Basis {
    pub fn read(mut keys: Keys) -> Option<Basis> {
        let (source, article) = (keys.need("source"), keys.maybe("article"));
        let (verified_on, source_span) = (keys.maybe("verified_on"), keys.span_of("source"));
        keys.end();
        Some(Basis { source: source?, source_span, article, verified_on })
    }

    /// The citation of a clause that stands on this.
    pub fn citation(self, clause: String, source: Option<&Source>) -> Citation {
        let document = match source {
            None => self.source,
            Some(Source { title, document: None, .. }) => title.clone(),
            Some(Source { title, document: Some(document), .. }) => format!("{title} {document}"),
        };
        Citation {
            clause,
            document,
            article: self.article,
            link: source.and_then(|source| source.link.clone()),
            checked: self.verified_on.map_or(Checked::Never, Checked::On),
        }
    }
}
