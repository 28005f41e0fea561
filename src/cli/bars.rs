//! Progress bars on stderr: stage, units done of all, rate, time left.

use std::sync::Mutex;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::domain::Lang;
use crate::flow::{Progress, Stage};

/// One bar at a time, replaced when the next stage begins.
pub struct Bars {
    lang: Lang,
    bar: Mutex<Option<ProgressBar>>,
}

impl Bars {
    pub fn new(lang: Lang) -> Bars {
        Bars { lang, bar: Mutex::new(None) }
    }

    fn with(&self, act: impl FnOnce(&mut Option<ProgressBar>)) {
        if let Ok(mut bar) = self.bar.lock() {
            act(&mut bar);
        }
    }
}

impl Progress for Bars {
    fn begin(&self, stage: Stage, total: u64) {
        let template = "{prefix:>6} {bar:30} {human_pos}/{human_len} {per_sec:>12} {eta:>4}";
        self.with(|bar| {
            if let Some(former) = bar.take() {
                former.finish_and_clear();
            }
            let next = ProgressBar::new(total);
            if let Ok(style) = ProgressStyle::with_template(template) {
                next.set_style(style);
            }
            next.set_prefix(name(stage, self.lang));
            next.enable_steady_tick(Duration::from_millis(100));
            *bar = Some(next);
        });
    }

    fn advance(&self, done: u64) {
        self.with(|bar| {
            if let Some(bar) = bar {
                bar.inc(done);
            }
        });
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.with(|bar| {
            if let Some(last) = bar.take() {
                last.finish_and_clear();
            }
        });
    }
}

fn name(stage: Stage, lang: Lang) -> &'static str {
    match stage {
        Stage::Ingest => lang.pick("读取", "read"),
        Stage::Normalise => lang.pick("整理", "tidy"),
        Stage::Match => lang.pick("匹配", "match"),
        Stage::Adjudicate => lang.pick("核算", "decide"),
        Stage::Detect => lang.pick("查疑", "detect"),
        Stage::Report => lang.pick("出表", "report"),
        Stage::Synth => lang.pick("编造", "synth"),
    }
}
