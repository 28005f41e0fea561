//! See `lingbao::fuzzing::numbers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lingbao::fuzzing::numbers(data));
