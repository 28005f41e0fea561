//! (being written)
pub mod bills;
pub mod diagnoses;
pub mod hospitals;
pub mod model;
pub mod people;
pub mod random;

#[cfg(test)]
pub fn test_rulebook() -> crate::rulebook::Rulebook {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    crate::rulebook::Rulebook::load(&data).expect("the shipped data are free of faults")
}
