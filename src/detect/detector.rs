//! What a detector is: a code, a name, a function, and the Chinese documentation that stands at
//! the head of its file.
//!
//! The surprise: the documentation is read from the source text itself, so the page a user sees
//! and the comment a programmer sees cannot drift apart.

use crate::domain::Code;

use super::scene::{Draft, Scene};

/// One kind of doubtful point.
pub struct Detector {
    pub code: Code,
    /// The pattern, as machines and command lines name it: `unfiled-care`.
    pub name: &'static str,
    /// The text of the detector's own file.
    pub source: &'static str,
    pub run: fn(&Scene) -> Vec<Draft>,
}

impl Detector {
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
