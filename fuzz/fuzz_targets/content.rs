//! See `lingbao::fuzzing::content`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lingbao::fuzzing::content(data));
