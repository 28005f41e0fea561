//! Where a rule value comes from: document, article, and whether somebody has checked it.

use super::dates::Date;

/// The source of one value of a region's law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The clause it stands behind, e.g. `420100/deductible/employee-2023`.
    pub clause: String,
    /// The document, e.g. 武汉市职工医保待遇指南.
    pub document: String,
    /// Article or section, where the source names one.
    pub article: Option<String>,
    pub link: Option<String>,
    pub checked: Checked,
}

/// Whether the value was compared with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// Compared on that day.
    On(Date),
    /// Not compared; every report says so.
    Never,
}

impl Checked {
    pub fn is_checked(self) -> bool {
        self != Checked::Never
    }
}

impl Citation {
    /// Document and article on one line.
    pub fn short(&self) -> String {
        match &self.article {
            Some(article) => format!("{} {article}", self.document),
            None => self.document.clone(),
        }
    }
}
