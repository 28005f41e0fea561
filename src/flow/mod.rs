//! The types handed from stage to stage, and nothing else. Each stage takes the former's output
//! by value and wraps it:
//!
//! `RawBatch` → `Records` → `Linked` → `Adjudicated` → `Detected`.
//!
//! Indexes instead of references: a record is named by its place in its table, and every table is
//! in canonical order, so an index never depends on the order of files or rows.

pub mod books;
pub mod cells;
pub mod decisions;
pub mod dispositions;
pub mod findings;
pub mod line_verdict;
pub mod links;
pub mod order;
pub mod orders;
pub mod problem;
pub mod progress;
pub mod raw;
pub mod records;
pub mod returns;
pub mod row_key;
pub mod ties;

pub use books::{Past, Reckoning};
pub use cells::{Cell, RawRow, RawRows, RowRef};
pub use decisions::{
    Adjudicated, Amounts, ClauseId, Cure, Decision, GateHit, LineSplit, RouteTaken, Step, StepKind,
};
pub use dispositions::{Disposition, DispositionRow, Silenced};
pub use findings::{Detected, Edge, EdgeTo, Finding, Subject};
pub use line_verdict::LineVerdict;
pub use links::{ClaimLinks, Duplicate, Linked, Match, PersonLink, Settled};
pub use orders::Orders;
pub use problem::{Place, Problem};
pub use progress::{Progress, Silent, Stage};
pub use raw::{Column, Field, InputFile, PassedOver, RawBatch, RawTable, Source, TableKind};
pub use records::{
    BillLine, Claim, ClaimIx, Contribution, Filing, FilingIx, Hospital, HospitalIx, Invoice,
    LineIx, Names, PaymentReturn, PersonIx, PersonRecord, Records, Reject, RejectedCell,
    Settlement, SettlementIx, SheetTally, Symbol, Tip,
};
pub use ties::{Tie, TieKind, Witness};
