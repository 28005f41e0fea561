//! What is told of a workbook whose reader ends: the reader is played by programs that do nothing
//! else, for the memory by the real one.

use std::path::PathBuf;

use lingbao::flow::Problem;
use lingbao::ingest::Workbooks;

use crate::batch::workbooks;
use crate::isolation::{told, told_by};
use crate::workbooks::{far_apart, small};

pub fn problems() -> Vec<Problem> {
    let nobody = Workbooks::Isolated { program: PathBuf::from("/nobody/here") };
    [
        told_by(&workbooks(), &far_apart()),
        told("exit 101"),
        told("kill -XCPU $$"),
        told_by(&nobody, &small()),
    ]
    .concat()
}
