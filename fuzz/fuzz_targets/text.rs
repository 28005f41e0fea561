//! See `lingbao::fuzzing::text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lingbao::fuzzing::text(data));
