//! Which catalog decides a manual claim 目录适用: of the place of treatment, of the place of
//! insurance, or the former cut to the latter's prices. Regions differ, unlike for direct
//! settlement.

/// The catalog that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CatalogRule {
    Treatment,
    Insured,
    /// Class and first pay from the place of treatment, ceiling from the place of insurance.
    TreatmentWithInsuredCeiling,
}
