//! The contract tables as Parquet: money as `DECIMAL(18,2)`, days as dates, everything else text
//! or whole numbers.
//!
//! The surprise: the frames carry whole fen. At the writer the same integers are labelled as
//! decimals of scale 2; nothing is divided, so nothing can round.

use std::io::Write;
use std::path::Path;

use polars::prelude::ChunkCast;
use polars::prelude::{
    Column as FrameColumn, DataFrame, DataType, Int32Chunked, Int64Chunked, IntoSeries, NamedFrom,
    NewChunkedArray, PolarsResult, Schema, Series,
};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use crate::domain::dates::{Date, days_between};

use super::columns::{Column, Kind, Value, of_decisions, of_findings};
use super::{Cause, Job, write_file};

/// Rows of one row group. Fixed, so that the bytes depend on the rows alone.
const ROWS_PER_GROUP: usize = 131_072;
const MONEY_DIGITS: usize = 18;
const MONEY_DECIMALS: usize = 2;

pub fn write_decisions(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    write(path, &of_decisions(), job.claims())
}

pub fn write_findings(job: &Job<'_>, path: &Path) -> Result<(), Cause> {
    write(path, &of_findings(), job.findings())
}

/// Writes rows group by group, so that memory does not grow with their number.
pub fn write<R>(
    path: &Path,
    columns: &[Column<R>],
    mut rows: impl Iterator<Item = R>,
) -> Result<(), Cause> {
    write_file(path, |out| {
        let schema = Schema::clone(frame(columns, &[])?.schema());
        let writer = ParquetWriter::new(out as &mut dyn Write)
            .with_compression(ParquetCompression::Snappy)
            .set_parallel(false);
        let mut groups = writer.batched(&schema)?;
        loop {
            let group: Vec<R> = rows.by_ref().take(ROWS_PER_GROUP).collect();
            if group.is_empty() {
                break;
            }
            groups.write_batch(&frame(columns, &group)?)?;
        }
        groups.finish()?;
        Ok(())
    })
}

fn frame<R>(columns: &[Column<R>], rows: &[R]) -> PolarsResult<DataFrame> {
    let series: PolarsResult<Vec<FrameColumn>> =
        columns.iter().map(|column| Ok(series(column, rows)?.into())).collect();
    DataFrame::new(rows.len(), series?)
}

fn series<R>(column: &Column<R>, rows: &[R]) -> PolarsResult<Series> {
    let values = rows.iter().map(column.value);
    let name = column.name.into();
    match column.kind {
        Kind::Text => {
            let texts: Vec<String> = values.map(Value::into_plain).collect();
            Ok(Series::new(name, texts))
        }
        Kind::Money => {
            let fen = Int64Chunked::from_iter_values(name, values.map(|value| fen(&value)));
            let wide = fen.cast(&DataType::Int128)?;
            let decimals = wide.i128()?.clone();
            Ok(decimals.into_decimal_unchecked(MONEY_DIGITS, MONEY_DECIMALS).into_series())
        }
        Kind::Count => {
            let counts = values.map(|value| count(&value));
            Ok(Int64Chunked::from_iter_options(name, counts).into_series())
        }
        Kind::Day => {
            let days = values.map(|value| day(&value));
            Ok(Int32Chunked::from_iter_values(name, days).into_date().into_series())
        }
    }
}

fn fen(value: &Value<'_>) -> i64 {
    match value {
        Value::Money(money) => money.fen(),
        _ => unreachable!("a money column gives money"),
    }
}

fn count(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Count(count) => *count,
        _ => unreachable!("a count column gives counts"),
    }
}

/// Days since 1970-01-01, as Parquet counts them.
fn day(value: &Value<'_>) -> i32 {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    match value {
        Value::Day(day) => days_between(EPOCH, *day),
        _ => unreachable!("a day column gives days"),
    }
}
