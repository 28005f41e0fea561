//! See `lingbao::fuzzing::layout`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| lingbao::fuzzing::layout(data));
