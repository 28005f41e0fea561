//! Reads the workings of two runs side by side, claim by claim, holding a few thousand at a time.
//!
//! The surprise: a claim id may stand twice in a run. The claims of one id are read together, kept
//! apart by insured region, and paired by invoice first, so that one of them more does not make
//! all of them differ.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufRead, BufReader};

use rayon::prelude::*;
use serde::Deserialize;

use crate::domain::Money;
use crate::domain::words::Outcome;

use super::super::Cause;
use super::super::working::Yuan;

/// Lines read at once.
const LINES_AT_ONCE: usize = 4_096;

/// A working as it stands in the file, with the little that pairing and totals need.
#[derive(Debug)]
pub struct Line {
    pub text: String,
    pub claim_id: String,
    pub insured_region: String,
    pub insured_name: String,
    pub invoice_no: String,
    pub outcome: Outcome,
    pub fund: Money,
}

/// A claim in both runs, or in one of them.
#[derive(Debug)]
pub struct Pair {
    pub old: Option<Line>,
    pub new: Option<Line>,
}

/// Which run a fault was met in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Old,
    New,
}

#[derive(Deserialize)]
struct Head<'l> {
    #[serde(borrow)]
    claim_id: Cow<'l, str>,
    #[serde(borrow)]
    insured_region: Cow<'l, str>,
    #[serde(borrow)]
    insured_name: Cow<'l, str>,
    #[serde(borrow)]
    invoice_no: Cow<'l, str>,
    #[serde(borrow)]
    outcome: Cow<'l, str>,
    amounts: HeadAmounts,
}

#[derive(Deserialize)]
struct HeadAmounts {
    fund_total: Yuan,
}

impl Line {
    fn read(text: String) -> Result<Line, Cause> {
        let head: Head<'_> = serde_json::from_str(&text)?;
        let outcome = Outcome::from_word(&head.outcome)
            .ok_or_else(|| format!("outcome {:?} of {:?}", head.outcome, head.claim_id))?;
        Ok(Line {
            claim_id: head.claim_id.into_owned(),
            insured_region: head.insured_region.into_owned(),
            insured_name: head.insured_name.into_owned(),
            invoice_no: head.invoice_no.into_owned(),
            outcome,
            fund: head.amounts.fund_total.0,
            text,
        })
    }
}

/// The workings of one run, claim id by claim id.
struct Workings<R> {
    reader: R,
    ready: VecDeque<Line>,
    /// The id last handed out, to see that the file is sorted.
    last: Option<String>,
    ended: bool,
}

impl<R: BufRead> Workings<R> {
    fn new(reader: R) -> Workings<R> {
        Workings { reader, ready: VecDeque::new(), last: None, ended: false }
    }

    fn fill(&mut self) -> Result<(), Cause> {
        let mut texts = Vec::with_capacity(LINES_AT_ONCE);
        while texts.len() < LINES_AT_ONCE {
            let mut text = String::new();
            if self.reader.read_line(&mut text)? == 0 {
                self.ended = true;
                break;
            }
            texts.push(text);
        }
        let lines: Result<Vec<Line>, Cause> = texts.into_par_iter().map(Line::read).collect();
        self.ready.extend(lines?);
        Ok(())
    }

    fn peek(&mut self) -> Result<Option<&Line>, Cause> {
        if self.ready.is_empty() && !self.ended {
            self.fill()?;
        }
        Ok(self.ready.front())
    }

    /// Every line of the next claim id.
    fn group(&mut self) -> Result<Vec<Line>, Cause> {
        let Some(id) = self.peek()?.map(|line| line.claim_id.clone()) else {
            return Ok(Vec::new());
        };
        if self.last.as_ref().is_some_and(|last| *last >= id) {
            return Err(format!("not sorted by claim id at {id:?}").into());
        }
        let mut group = Vec::new();
        while self.peek()?.is_some_and(|line| line.claim_id == id) {
            group.extend(self.ready.pop_front());
        }
        self.last = Some(id);
        Ok(group)
    }
}

/// Why a walk ended early.
pub enum Ended<E> {
    /// The workings of a run cannot be read.
    Unreadable(Of, Cause),
    /// Whoever took the pairs gave up.
    Given(E),
}

/// Hands on every claim of both files in the order of claim ids, some thousands at a time.
pub fn walk<E>(
    old: File,
    new: File,
    take: impl FnMut(Vec<Pair>) -> Result<(), E>,
) -> Result<(), Ended<E>> {
    const BUFFER: usize = 1 << 18;
    let reader = |file| BufReader::with_capacity(BUFFER, file);
    walk_readers(reader(old), reader(new), take)
}

fn walk_readers<E>(
    old: impl BufRead,
    new: impl BufRead,
    mut take: impl FnMut(Vec<Pair>) -> Result<(), E>,
) -> Result<(), Ended<E>> {
    let (mut old, mut new) = (Workings::new(old), Workings::new(new));
    let mut block = Vec::new();
    loop {
        let old_id = old.peek().map_err(|cause| Ended::Unreadable(Of::Old, cause))?;
        let new_id = new.peek().map_err(|cause| Ended::Unreadable(Of::New, cause))?;
        let (in_old, in_new) = match (old_id, new_id) {
            (None, None) => break,
            (old, None) => (old.is_some(), false),
            (None, new) => (false, new.is_some()),
            (Some(a), Some(b)) => (a.claim_id <= b.claim_id, b.claim_id <= a.claim_id),
        };
        let (mut olds, mut news) = (Vec::new(), Vec::new());
        if in_old {
            olds = old.group().map_err(|cause| Ended::Unreadable(Of::Old, cause))?;
        }
        if in_new {
            news = new.group().map_err(|cause| Ended::Unreadable(Of::New, cause))?;
        }
        pair(olds, news, &mut block);
        if block.len() >= LINES_AT_ONCE {
            take(std::mem::take(&mut block)).map_err(Ended::Given)?;
        }
    }
    if block.is_empty() { Ok(()) } else { take(block).map_err(Ended::Given) }
}

/// Pairs the claims of one id: the usual single one at once, several by region and invoice.
fn pair(mut olds: Vec<Line>, mut news: Vec<Line>, pairs: &mut Vec<Pair>) {
    let regions_agree =
        || olds.iter().chain(&news).is_sorted_by(|a, b| a.insured_region == b.insured_region);
    if olds.len() <= 1 && news.len() <= 1 && regions_agree() {
        pairs.push(Pair { old: olds.pop(), new: news.pop() });
        return;
    }
    let mut regions: BTreeMap<String, (Vec<Line>, Vec<Line>)> = BTreeMap::new();
    for old in olds {
        regions.entry(old.insured_region.clone()).or_default().0.push(old);
    }
    for new in news {
        regions.entry(new.insured_region.clone()).or_default().1.push(new);
    }
    for (olds, news) in regions.into_values() {
        pair_of_region(olds, news, pairs);
    }
}

fn pair_of_region(olds: Vec<Line>, news: Vec<Line>, pairs: &mut Vec<Pair>) {
    let mut by_invoice: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    for (at, new) in news.iter().enumerate() {
        by_invoice.entry(new.invoice_no.clone()).or_default().push_back(at);
    }
    let mut news: Vec<Option<Line>> = news.into_iter().map(Some).collect();
    let mut left = VecDeque::new();
    for old in olds {
        let at = by_invoice.get_mut(&old.invoice_no).and_then(VecDeque::pop_front);
        match at.and_then(|at| news[at].take()) {
            Some(new) => pairs.push(Pair { old: Some(old), new: Some(new) }),
            None => left.push_back(old),
        }
    }
    for new in news.into_iter().flatten() {
        pairs.push(Pair { old: left.pop_front(), new: Some(new) });
    }
    pairs.extend(left.into_iter().map(|old| Pair { old: Some(old), new: None }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str, region: &str, invoice: &str) -> String {
        format!(
            "{{\"claim_id\":\"{id}\",\"insured_region\":\"{region}\",\"insured_name\":\"x\",\
             \"invoice_no\":\"{invoice}\",\"outcome\":\"pay\",\
             \"amounts\":{{\"fund_total\":\"1.00\"}},\"more\":[1]}}\n"
        )
    }

    fn file(lines: &[(&str, &str, &str)]) -> String {
        lines.iter().map(|(id, region, invoice)| line(id, region, invoice)).collect()
    }

    /// The pairs as `old id/invoice = new id/invoice`.
    fn pairs(
        old: &[(&str, &str, &str)],
        new: &[(&str, &str, &str)],
    ) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        let (old, new) = (file(old), file(new));
        let walked = walk_readers(old.as_bytes(), new.as_bytes(), |block| {
            for pair in block {
                let told = |line: &Option<Line>| {
                    line.as_ref().map_or("-".to_owned(), |line| {
                        format!("{}/{}/{}", line.claim_id, line.insured_region, line.invoice_no)
                    })
                };
                found.push(format!("{} = {}", told(&pair.old), told(&pair.new)));
            }
            Ok::<(), ()>(())
        });
        match walked {
            Ok(()) => Ok(found),
            Err(Ended::Unreadable(of, cause)) => Err(format!("{of:?} {cause}")),
            Err(Ended::Given(())) => Err("given up".into()),
        }
    }

    #[test]
    fn claims_are_merged_by_id_and_none_is_lost() {
        assert_eq!(
            pairs(&[("A", "1", "1"), ("C", "1", "3")], &[("B", "1", "2"), ("C", "1", "3")]),
            Ok(vec!["A/1/1 = -".into(), "- = B/1/2".into(), "C/1/3 = C/1/3".into()])
        );
        assert_eq!(pairs(&[], &[]), Ok(vec![]));
        assert_eq!(pairs(&[("A", "1", "1")], &[]), Ok(vec!["A/1/1 = -".into()]));
    }

    #[test]
    fn a_claim_id_of_another_region_is_another_claim() {
        assert_eq!(
            pairs(&[("A", "1", "1")], &[("A", "2", "1")]),
            Ok(vec!["A/1/1 = -".into(), "- = A/2/1".into()])
        );
    }

    #[test]
    fn a_claim_id_that_stands_twice_is_paired_by_invoice() {
        assert_eq!(
            pairs(&[("A", "1", "1"), ("A", "1", "2")], &[("A", "1", "2")]),
            Ok(vec!["A/1/2 = A/1/2".into(), "A/1/1 = -".into()])
        );
        assert_eq!(
            pairs(&[("A", "1", "1")], &[("A", "1", "7"), ("A", "1", "8")]),
            Ok(vec!["A/1/1 = A/1/7".into(), "- = A/1/8".into()]),
            "another invoice number is the same claim with a changed bill"
        );
    }

    #[test]
    fn a_file_that_is_not_sorted_or_not_workings_is_refused() {
        let refused = pairs(&[("B", "1", "1"), ("A", "1", "1")], &[]).expect_err("refused");
        assert!(refused.contains("Old") && refused.contains("sorted"), "{refused}");
        let mut taken = 0;
        let walked = walk_readers(&b""[..], &b"{\"claim_id\":1}\n"[..], |_| {
            taken += 1;
            Ok::<(), ()>(())
        });
        assert!(matches!(walked, Err(Ended::Unreadable(Of::New, _))) && taken == 0);
    }

    #[test]
    fn more_claims_than_are_read_at_once_are_paired_all_the_same() {
        let text: String =
            (0..LINES_AT_ONCE * 2 + 3).map(|at| line(&format!("{at:06}"), "1", "1")).collect();
        let (mut blocks, mut claims) = (0, 0);
        let walked = walk_readers(text.as_bytes(), text.as_bytes(), |block| {
            blocks += 1;
            claims += block.len();
            assert!(block.iter().all(|pair| pair.old.is_some() && pair.new.is_some()));
            Ok::<(), ()>(())
        });
        assert!(walked.is_ok());
        assert_eq!((blocks, claims), (3, LINES_AT_ONCE * 2 + 3));
    }
}
