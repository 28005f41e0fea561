//! Data files → checked, immutable rules. The only stage that reads `data/`.

pub(crate) mod csv_table;
pub mod detector_settings;
mod division_record;
pub mod divisions;
pub mod fold;
pub mod layouts;
pub mod vocabulary;
