//! See `lingbao::fuzzing::sheet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lingbao::fuzzing::sheet(data));
