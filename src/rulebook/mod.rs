//! Data files → checked, immutable rules. The only stage that reads `data/`.

pub mod detector_settings;
pub mod divisions;
pub mod layouts;
pub mod vocabulary;
