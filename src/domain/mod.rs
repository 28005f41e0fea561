//! The nouns of the trade, pure: no file, no clock, no serde, no other stage.
//!
//! The surprise: money is not a decimal here. It is whole fen, and the only way to multiply it
//! is by a [`Rate`], which rounds once.

pub mod citation;
pub mod credit_code;
pub mod dates;
pub mod identity;
pub mod money;
pub mod origin;
pub mod rate;
pub mod reason;
pub mod region;
pub mod text;
pub mod timeline;
pub mod version;
pub mod words;

pub use citation::Citation;
pub use credit_code::CreditCode;
pub use dates::{Month, Period};
pub use identity::{IdNumber, Identity};
pub use money::Money;
pub use origin::{Origin, SourceId};
pub use rate::{Exact, Quantity, Rate, UnitPrice};
pub use reason::Code;
pub use region::{InsuredRegion, RegionCode, TreatedRegion};
pub use text::{Lang, Text};
pub use timeline::{InForce, Timeline};
pub use version::Version;
