//! See `lingbao::fuzzing::frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| lingbao::fuzzing::frames(data));
