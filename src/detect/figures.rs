//! What a bill says twice: its total beside its lines, a line's amount beside quantity × price, a
//! price beside those of the same item and beside the ceiling. Where the two differ by one digit,
//! this tells which figure was changed, what the true one is, and how sure that is.
//!
//! The surprise: a figure is blamed by what agrees with the other one. If the total fits the bill
//! once a line is put right, the line is wrong and the total is not looked at.

use crate::domain::{Code, Money, Quantity, UnitPrice};
use crate::flow::{ClaimIx, LineIx};

use super::change::{self, Change};
use super::house_prices::HousePrices;
use super::scene::{OddLine, Scene};

/// A figure of a bill that one changed digit explains.
#[derive(Clone, Copy, Debug)]
pub struct Altered {
    pub figure: Figure,
    pub written: Money,
    pub truth: Money,
    pub change: Change,
    pub witness: Witness,
    /// What is claimed too much by it; nothing where too little is.
    pub excess: Money,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Total,
    Amount(LineIx),
    /// The quantity, while price and amount are right.
    Quantity(LineIx),
    Price(LineIx),
}

/// What the true figure is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Witness {
    /// The lines, each of which fits its own quantity × price.
    SoundLines,
    /// The lines, of which some do not.
    Lines,
    /// Quantity × price, and the total fits what that gives.
    ProductAndTotal,
    /// Quantity × price; the total was changed alike.
    Product,
    /// The amount, which the total bears out.
    AmountAndTotal,
    /// So many other lines of the item on the same bill.
    OwnPrices(u32),
    /// So many other bills of the same hospital.
    HousePrices(u32),
    /// The ceiling of the place of treatment, to the fen.
    Ceiling,
}

/// How sure it is that the digit was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    Low,
    Middle,
    High,
}

/// From so few other lines of an item its price is not known.
const OWN_PRICES_MIN: usize = 2;
/// A digit pushed in multiplies a price; what is less is another price.
const TIMES_DEARER: i64 = 2;
/// Where one figure in so many would do by chance, the match says much, or something.
const HARDLY_CHANCE: u64 = 10_000;
const RARELY_CHANCE: u64 = 500;

impl Altered {
    /// Of how many figures one would look changed by chance.
    pub fn one_in(&self) -> u64 {
        change::one_in(self.change, self.truth, self.written)
    }

    fn is_tenfold(&self) -> bool {
        let (truth, written) = (self.truth.fen(), self.written.fen());
        truth.checked_mul(10) == Some(written) || written.checked_mul(10) == Some(truth)
    }

    pub fn sureness(&self) -> Sureness {
        let by_chance = match self.one_in() {
            HARDLY_CHANCE.. => Sureness::High,
            RARELY_CHANCE.. => Sureness::Middle,
            _ => Sureness::Low,
        };
        let by_witness = match self.witness {
            Witness::SoundLines | Witness::ProductAndTotal | Witness::AmountAndTotal => {
                Sureness::High
            }
            // Ten pieces in a box that is billed as one look like a nought put in.
            Witness::Product if self.is_tenfold() => Sureness::Middle,
            // Both were changed, or neither and the quantity was: the total fits in either case.
            Witness::Product => Sureness::High,
            Witness::Lines | Witness::OwnPrices(_) | Witness::HousePrices(_) => Sureness::Middle,
            Witness::Ceiling => Sureness::Low,
        };
        by_chance.min(by_witness)
    }
}

/// Everything on a claim that one changed digit explains.
pub fn altered(scene: &Scene, prices: &HousePrices, ix: ClaimIx) -> Vec<Altered> {
    let mut found = Vec::new();
    let (total, billed) = (scene.claim(ix).total, scene.billed(ix));
    let differs = scene.decision(ix).gates.iter().any(|gate| gate.code == Code::F301);
    let put_right = wrong_lines(scene, ix, differs, &mut found);
    let fits = differs && total == put_right;
    if differs && !fits {
        let sound = scene.odd_lines(ix).is_empty();
        let witness = if sound { Witness::SoundLines } else { Witness::Lines };
        let truth = [put_right, billed].into_iter();
        let mut explained = truth.filter_map(|truth| Some((truth, change::between(truth, total)?)));
        if let Some((truth, change)) = explained.next() {
            let excess = (total - truth).or_zero();
            let figure = Figure::Total;
            found.push(Altered { figure, written: total, truth, change, witness, excess });
        }
    }
    dear_prices(scene, prices, ix, &mut found);
    found
}

/// Lines whose amount is not quantity × price but for one digit; the answer is what the bill comes
/// to when they are put right.
fn wrong_lines(scene: &Scene, ix: ClaimIx, differs: bool, found: &mut Vec<Altered>) -> Money {
    let (total, billed) = (scene.claim(ix).total, scene.billed(ix));
    let first = found.len();
    let mut put_right = billed;
    for odd in scene.odd_lines(ix) {
        let written = scene.line(odd.line).amount;
        let Some(truth) = odd.product else { continue };
        // Where the total bears the amounts out, an amount that says less is right, and one of the
        // other two figures is not.
        let factor = if differs { None } else { changed_factor(scene, odd) };
        if let Some(factor) = factor.filter(|_| truth > written) {
            found.push(factor);
            continue;
        }
        let Some(change) = change::between(truth, written) else {
            found.extend(factor);
            continue;
        };
        put_right = put_right - written + truth;
        let (figure, witness) = (Figure::Amount(odd.line), Witness::Product);
        let excess = odd.excess(scene);
        found.push(Altered { figure, written, truth, change, witness, excess });
    }
    for altered in &mut found[first..] {
        if differs && total == put_right && altered.witness == Witness::Product {
            altered.witness = Witness::ProductAndTotal;
        }
    }
    put_right
}

/// The quantity or the price that would make the amount, if one digit tells it from the written
/// one. Nothing is claimed too much by it: amount and total agree.
fn changed_factor(scene: &Scene, odd: &OddLine) -> Option<Altered> {
    let line = scene.line(odd.line);
    let (quantity, price) = (line.quantity.abs(), line.unit_price.abs());
    let amount = line.amount.abs();
    let whole = |units: i64, one: i64| (units % one == 0).then_some(units / one);
    let in_yuan = |units: i64| Money::from_yuan(units);
    let found = |figure, truth: Money, written: Money| {
        let change = change::between(truth, written)?;
        let (witness, excess) = (Witness::AmountAndTotal, Money::ZERO);
        Some(Altered { figure, written, truth, change, witness, excess })
    };
    let one = Quantity::whole(1).units();
    let by_quantity = || {
        let price_fen = price.whole_fen()?.fen();
        let pieces = (price_fen > 0).then(|| whole(amount.fen(), price_fen)).flatten()?;
        let written = whole(quantity.units(), one)?;
        found(Figure::Quantity(odd.line), in_yuan(pieces), in_yuan(written))
    };
    let by_price = || {
        let pieces = whole(quantity.units(), one).filter(|&pieces| pieces > 0)?;
        let each = whole(amount.fen(), pieces)?;
        found(Figure::Price(odd.line), Money::from_fen(each), price.whole_fen()?)
    };
    by_quantity().or_else(by_price)
}

/// Prices that are one digit dearer than on the item's other lines of the bill, than on the
/// hospital's other bills, or than its ceiling, although every product fits: then price and amount
/// were changed together.
fn dear_prices(scene: &Scene, house: &HousePrices, ix: ClaimIx, found: &mut Vec<Altered>) {
    let odd = scene.odd_lines(ix);
    let usual = UsualPrices::of(scene, ix);
    for split in scene.splits(ix) {
        let line = scene.line(split.line);
        let is_odd = odd.binary_search_by_key(&split.line, |odd| odd.line).is_ok();
        if is_odd || !line.amount.is_positive() {
            continue;
        }
        let own = usual.of_line(scene, split.line);
        let own = own.map(|(price, count)| (price, Witness::OwnPrices(count)));
        let of_house = house.unlike(scene, ix, split.line);
        let of_house = of_house.map(|(price, bills)| (price, Witness::HousePrices(bills)));
        let ceiling = split.treatment_ceiling.map(|price| (price, Witness::Ceiling));
        let mut witnesses = own.into_iter().chain(of_house).chain(ceiling);
        let dearer = witnesses.find_map(|(price, witness)| {
            let (truth, written) = (price.whole_fen()?, line.unit_price.whole_fen()?);
            // Prices that differ by little are two prices.
            let is_dearer = written.fen() >= truth.fen() * TIMES_DEARER;
            let change = change::between(truth, written).filter(|_| is_dearer)?;
            let excess = line.amount - price.checked_times(line.quantity.abs())?;
            let figure = Figure::Price(split.line);
            Some(Altered { figure, written, truth, change, witness, excess: excess.or_zero() })
        });
        found.extend(dearer);
    }
}

/// The price that most lines of an item on one bill bear, where nearly all do.
struct UsualPrices {
    /// Item key, price and how many bear it; sorted by key.
    prices: Vec<(ItemKey, UnitPrice, u32)>,
}

/// Whatever makes two lines lines of one item.
type ItemKey = [Option<usize>; 4];

impl UsualPrices {
    fn of(scene: &Scene, ix: ClaimIx) -> UsualPrices {
        let splits = scene.splits(ix);
        if splits.len() <= OWN_PRICES_MIN {
            return UsualPrices { prices: Vec::new() };
        }
        let mut seen: Vec<(ItemKey, UnitPrice)> = splits
            .iter()
            .map(|split| (item_key(scene, split.line), scene.line(split.line).unit_price))
            .collect();
        seen.sort_unstable_by_key(|(key, price)| (*key, price.units()));
        let mut prices = Vec::new();
        for item in seen.chunk_by(|one, next| one.0 == next.0) {
            let of_price = item.chunk_by(|one, next| one.1 == next.1);
            let Some(most) = of_price.max_by_key(|lines| lines.len()) else { continue };
            // All but one bear it: two prices side by side are two kinds of the item.
            if most.len() >= OWN_PRICES_MIN && most.len() + 1 == item.len() {
                prices.push((most[0].0, most[0].1, most.len() as u32));
            }
        }
        UsualPrices { prices }
    }

    /// The usual price of the line's item and how many lines bear it, where this line does not.
    fn of_line(&self, scene: &Scene, line: LineIx) -> Option<(UnitPrice, u32)> {
        if self.prices.is_empty() {
            return None;
        }
        let key = item_key(scene, line);
        let at = self.prices.binary_search_by_key(&key, |(key, ..)| *key).ok()?;
        let (_, price, count) = self.prices[at];
        (price != scene.line(line).unit_price).then_some((price, count))
    }
}

/// Symbols are compared only; their order never shows.
fn item_key(scene: &Scene, line: LineIx) -> ItemKey {
    let line = scene.line(line);
    let coded = line.item_code.or(line.hospital_item_code);
    let texts = [coded, Some(line.item_name), line.spec, line.unit];
    texts.map(|symbol| symbol.map(|symbol| symbol.at()))
}
