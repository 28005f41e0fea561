//! See `lingbao::fuzzing::region`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| lingbao::fuzzing::region(data));
