//! The `[[source]]` lists of TOML files, and the citations made of them. A clause whose source is
//! not listed is refused: nobody could look it up.

use std::collections::HashMap;

use crate::domain::Citation;
use crate::domain::citation::Checked;
use crate::flow::Problem;

use super::reading::{DataFile, Wrong};
use super::shapes::{BasisShape, SourceShape};

/// The sources of one file by their ids.
pub(super) struct NamedSources<'a> {
    file: &'a DataFile,
    by_id: HashMap<&'a str, &'a SourceShape>,
}

impl<'a> NamedSources<'a> {
    pub fn new(
        file: &'a DataFile,
        sources: &'a [SourceShape],
        faults: &mut Vec<Problem>,
    ) -> NamedSources<'a> {
        let mut by_id = HashMap::with_capacity(sources.len());
        for source in sources {
            if by_id.insert(source.id.get_ref().as_str(), source).is_some() {
                let what = ("出处编号重复", "the id of a source is used twice");
                faults.push(file.at(source.id.span(), Wrong::twice(what)));
            }
        }
        NamedSources { file, by_id }
    }

    /// The source that a basis in `file` names.
    pub fn find(
        &self,
        basis: &BasisShape,
        file: &DataFile,
        faults: &mut Vec<Problem>,
    ) -> Option<&'a SourceShape> {
        let source = self.by_id.get(basis.source.get_ref().as_str()).copied();
        if source.is_none() {
            let list = &self.file.name;
            let wrong = Wrong::new(
                "data-source",
                ("没有这个出处", "there is no such source"),
                (
                    &format!("改用 {list} 中 [[source]] 的 id，或在其中补上"),
                    &format!("use the id of a [[source]] of {list}, or add it there"),
                ),
            );
            faults.push(file.at(basis.source.span(), wrong));
        }
        source
    }
}

/// A citation from its source and basis.
pub(super) fn citation(
    clause: String,
    source: Option<&SourceShape>,
    basis: BasisShape,
) -> Citation {
    let document = source.map_or_else(
        || basis.source.into_inner(),
        |s| s.document.as_ref().map_or_else(|| s.title.clone(), |d| format!("{} {d}", s.title)),
    );
    Citation {
        clause,
        document,
        article: basis.article,
        link: source.and_then(|source| source.link.clone()),
        checked: basis.verified_on.map_or(Checked::Never, |day| Checked::On(day.0)),
    }
}
