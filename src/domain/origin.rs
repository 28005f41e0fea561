//! Where a record was read: every value can be traced to a file, a sheet and a row.

/// One sheet of one input file; an index into the batch's list of sources, which is sorted by
/// file name and sheet, so it does not depend on the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A row of a sheet, counted from 1 as the spreadsheet shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    pub source: SourceId,
    pub row: u32,
}

impl Origin {
    pub fn new(source: SourceId, row: u32) -> Origin {
        Origin { source, row }
    }
}
