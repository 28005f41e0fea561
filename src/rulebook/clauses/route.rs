//! What an access route does to the benefit 就医身份待遇: the five ways in which regions reduce
//! care elsewhere, and refusal.
//!
//! 下浮10% in a notice may mean points or a factor; a clause says which, never both by accident.

use crate::domain::words::{OwnerLevel, Route, Tier, words};
use crate::domain::{Money, Rate, Text};
use crate::rulebook::keys::Keys;
use crate::rulebook::texts::{Factor, from_words};

use super::deductible::{ShareOfTotal, told_stays};
use super::{Rule, text};

words! {
    /// How far from the place of insurance.
    Distance {
        SameProvince = "same_province", "省内";
        OtherProvince = "other_province", "跨省";
    }
}
words! {
    Effect {
        Normal = "normal", "与本地一致";
        Refused = "refused", "不予支付";
        Adjusted = "adjusted", "调整支付";
    }
}
from_words! { Distance Effect }

/// The rule for some access routes.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteRule {
    pub routes: Vec<Route>,
    /// None: wherever it is.
    pub distance: Option<Distance>,
    /// Whether the hospital settles across regions 跨省联网; none: either.
    pub networked: Option<bool>,
    pub effect: RouteEffect,
}

/// What happens to a claim on that route.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteEffect {
    /// As at home.
    Normal,
    /// The fund pays nothing.
    Refused,
    /// Paid with adjustments.
    Adjusted(Box<Adjustment>),
}

/// Adjustments of a route; any of them may be absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjustment {
    /// Taken off the ratio.
    pub points: Option<Rate>,
    /// The ratio is multiplied by it, after the points.
    pub factor: Option<Rate>,
    /// The person pays this share of what is in scope before anything else.
    pub person_first: Option<Rate>,
    pub deductible: Option<OtherDeductible>,
    /// The stay takes no place in the order of the year's stays.
    pub outside_order: bool,
    /// This ratio instead of the table's.
    pub ratio: Option<Rate>,
    /// The table row of this tier or owner instead of the hospital's own.
    pub base_tier: Option<Tier>,
    pub base_owner: Option<OwnerLevel>,
}

/// Another deductible than the table's.
#[derive(Clone, Debug, PartialEq)]
pub enum OtherDeductible {
    /// Figures of the first, second, … stay; the last repeats. Never empty.
    Figures(Vec<Money>),
    /// So many times the table's figure.
    Times(u8),
    /// A share of the total.
    Share(ShareOfTotal),
}

impl RouteRule {
    /// Whether it speaks of a claim on this route, so far away, in such a hospital.
    pub fn covers(&self, route: Route, distance: Distance, networked: Option<bool>) -> bool {
        self.routes.contains(&route)
            && self.distance.is_none_or(|asked| asked == distance)
            && self.networked.is_none_or(|asked| networked == Some(asked))
    }

    /// How much it asks; of two that cover a claim the one that asks more goes first.
    pub fn weight(&self) -> (bool, bool) {
        (self.networked.is_some(), self.distance.is_some())
    }

    /// Whether some claim is covered by both and neither goes first.
    pub fn clashes(&self, other: &RouteRule) -> bool {
        self.weight() == other.weight()
            && self.distance == other.distance
            && self.networked == other.networked
            && self.routes.iter().any(|route| other.routes.contains(route))
    }
}

impl RouteEffect {
    pub fn adjustment(&self) -> Option<&Adjustment> {
        match self {
            RouteEffect::Adjusted(adjustment) => Some(adjustment),
            RouteEffect::Normal | RouteEffect::Refused => None,
        }
    }
}

impl Adjustment {
    /// A ratio after the route: a row of its own replaces the table before this is asked.
    pub fn ratio(&self, ratio: Rate) -> Rate {
        let lowered = self.points.map_or(ratio, |points| ratio.minus_points(points));
        self.factor.map_or(lowered, |factor| lowered.times(factor))
    }

    fn read(keys: &mut Keys) -> Adjustment {
        let figures: Vec<Money> = keys.list("deductible");
        let times = keys.maybe_number("deductible_times", 2..=10).map(OtherDeductible::Times);
        let share = keys.maybe_table("deductible_share").and_then(ShareOfTotal::read);
        let written = ["deductible", "deductible_times", "deductible_share"];
        if written.iter().filter(|key| keys.has(key)).count() > 1 {
            keys.contradiction("起付线只能改成一种", "give one other deductible, not several");
        }
        let figures = (!figures.is_empty()).then_some(OtherDeductible::Figures(figures));
        Adjustment {
            points: keys.maybe("points"),
            factor: keys.maybe("factor").map(|factor: Factor| factor.0),
            person_first: keys.maybe("person_first"),
            deductible: figures.or(times).or(share.map(OtherDeductible::Share)),
            outside_order: keys.flag("outside_order"),
            ratio: keys.maybe("ratio"),
            base_tier: keys.maybe("base_tier"),
            base_owner: keys.maybe("base_owner"),
        }
    }

    fn told(&self) -> Text {
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        let mut say = |Text { zh: a, en: b }: Text| {
            zh.push(a);
            en.push(b);
        };
        if let Some(rate) = self.person_first {
            say(text(format!("个人先付{rate}"), format!("the person pays {rate} first")));
        }
        match &self.deductible {
            Some(OtherDeductible::Figures(figures)) => {
                let Text { zh, en } = told_stays(figures);
                say(text(format!("起付线{zh}"), format!("deductible {en}")));
            }
            Some(OtherDeductible::Times(times)) => {
                say(text(format!("起付线为{times}倍"), format!("{times} times the deductible")));
            }
            Some(OtherDeductible::Share(share)) => {
                let Text { zh, en } = share.told();
                say(text(format!("起付线为{zh}"), format!("deductible {en}")));
            }
            None => {}
        }
        if self.outside_order {
            say(text("不计入住院次数", "not counted among the stays of the year"));
        }
        if let Some(tier) = self.base_tier {
            say(text(format!("按{}医院", tier.zh()), format!("as in tier {}", tier.word())));
        }
        if let Some(owner) = self.base_owner {
            say(text(
                format!("按本地{}属同级医院", owner.zh()),
                format!("as in a {} hospital of that tier", owner.word()),
            ));
        }
        if let Some(ratio) = self.ratio {
            say(text(format!("比例{ratio}"), format!("ratio {ratio}")));
        }
        if let Some(points) = self.points {
            let points = points.percent();
            say(text(format!("比例降{points}个百分点"), format!("{points} points less")));
        }
        if let Some(factor) = self.factor {
            say(text(format!("比例乘以{factor}"), format!("ratio times {factor}")));
        }
        text(zh.join("，"), en.join(", "))
    }
}

impl Rule for RouteRule {
    const KIND: &'static str = "route";
    const TITLE: (&'static str, &'static str) = ("就医身份待遇", "access routes");

    fn read(keys: &mut Keys) -> Option<RouteRule> {
        let routes = keys.need_list("routes");
        let distance = keys.maybe("distance");
        let networked = keys.maybe_flag("networked");
        let effect = keys.need("effect");
        let adjustment = Adjustment::read(keys);
        let adjusts = adjustment != Adjustment::default();
        let effect = match (effect?, adjusts) {
            (Effect::Normal, false) => RouteEffect::Normal,
            (Effect::Refused, false) => RouteEffect::Refused,
            (Effect::Adjusted, true) => RouteEffect::Adjusted(Box::new(adjustment)),
            (Effect::Adjusted, false) => {
                keys.contradiction("adjusted 须写明怎样调整", "adjusted needs an adjustment");
                return None;
            }
            (Effect::Normal | Effect::Refused, true) => {
                keys.contradiction(
                    "有调整时 effect 须为 adjusted",
                    "an adjustment needs effect = \"adjusted\"",
                );
                return None;
            }
        };
        Some(RouteRule { routes: routes?, distance, networked, effect })
    }

    fn told(&self) -> Vec<Text> {
        let routes = |shown: fn(Route) -> &'static str, between: &str| {
            self.routes.iter().map(|route| shown(*route)).collect::<Vec<_>>().join(between)
        };
        let mut when = text(routes(Route::zh, "、"), routes(Route::word, ", "));
        if let Some(distance) = self.distance {
            when = text(
                format!("{}{}", distance.zh(), when.zh),
                format!("{} ({})", when.en, distance.word().replace('_', " ")),
            );
        }
        if let Some(networked) = self.networked {
            let (zh, en) = if networked {
                ("联网医院", "networked")
            } else {
                ("非联网医院", "not networked")
            };
            when = text(format!("{}（{zh}）", when.zh), format!("{}, {en} hospitals", when.en));
        }
        let effect = match &self.effect {
            RouteEffect::Normal => text("待遇与本地一致", "as at home"),
            RouteEffect::Refused => text("不予支付", "nothing is paid"),
            RouteEffect::Adjusted(adjustment) => adjustment.told(),
        };
        vec![text(format!("{}：{}", when.zh, effect.zh), format!("{}: {}", when.en, effect.en))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_factor_are_told_apart() {
        let rate = |text: &str| Rate::parse(text).expect(text);
        let cut = |points: Option<&str>, factor: Option<&str>| Adjustment {
            points: points.map(rate),
            factor: factor.map(rate),
            ..Adjustment::default()
        };
        assert_eq!(cut(Some("0.20"), None).ratio(rate("0.60")), rate("0.40"));
        assert_eq!(cut(None, Some("0.80")).ratio(rate("0.60")), rate("0.48"));
        assert_eq!(cut(Some("0.20"), Some("0.50")).ratio(rate("0.60")), rate("0.20"));
        assert_eq!(cut(Some("0.70"), None).ratio(rate("0.60")), Rate::ZERO);
    }

    #[test]
    fn a_rule_that_asks_more_goes_first_and_two_that_ask_the_same_clash() {
        let rule = |distance, networked| RouteRule {
            routes: vec![Route::Referral],
            distance,
            networked,
            effect: RouteEffect::Normal,
        };
        let (inside, outside) = (Some(Distance::SameProvince), Some(Distance::OtherProvince));
        assert!(rule(inside, None).covers(Route::Referral, Distance::SameProvince, None));
        assert!(!rule(outside, None).covers(Route::Referral, Distance::SameProvince, None));
        assert!(!rule(None, Some(false)).covers(Route::Referral, Distance::SameProvince, None));
        assert!(rule(inside, None).weight() > rule(None, None).weight());
        assert!(!rule(inside, None).clashes(&rule(outside, None)));
        assert!(rule(inside, None).clashes(&rule(inside, None)));
        assert!(!rule(inside, None).clashes(&rule(None, None)));
    }
}
