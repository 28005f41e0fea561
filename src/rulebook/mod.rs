//! Data files → checked, immutable rules. The only stage that reads `data/`.

pub(crate) mod csv_table;
pub mod detector_settings;
pub mod divisions;
pub mod fold;
pub mod layouts;
pub mod vocabulary;
