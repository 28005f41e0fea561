//! Who goes to hospital together 结伴住院: people admitted at one hospital on the same days again
//! and again, where chance does not explain it.
//!
//! The surprise: nobody is compared with everybody. Only people with several stays at a hospital
//! can meet there again, so all others are left out before any pair is looked at; and a day on
//! which a crowd of such people comes says nothing of any of them.

use rayon::prelude::*;

use super::appearances::Name;
use super::circle::Circle;
use super::scene::Scene;
use super::union_find::UnionFind;
use crate::rulebook::detector_settings::Threshold;

/// More returning patients within the days of a meeting are a crowd.
const CROWD: usize = 40;
/// Diseases treated in courses, by the beginning of the code: dialysis, chemotherapy, radiotherapy.
/// Whoever meets there once meets there every time.
const COURSES: [&str; 4] = ["Z49", "Z51", "N18", "Z50"];

/// People who were admitted together several times.
pub struct Companions {
    /// The stays of their meetings, ascending.
    pub rows: Vec<u32>,
    /// The most meetings of any two of them.
    pub times: usize,
    pub together_min: u32,
    pub days_max: u32,
}

/// A stay: day of admission, person, row.
type Stay = (i32, Name, u32);

/// Every group, by hospital.
pub fn companions(scene: &Scene) -> Vec<Companions> {
    let appearances = scene.appearances();
    let rows = appearances.rows().into_par_iter().filter(|&row| {
        let at = row as usize;
        appearances.inpatient[at] && !appearances.repeated[at] && scene.is_on_row(row)
    });
    let stays = rows.filter_map(|row| {
        let at = row as usize;
        let (hospital, person) = (appearances.hospital[at]?, appearances.person[at]?);
        Some((hospital, (appearances.admitted[at], person, row)))
    });
    let mut stays: Vec<(Name, Stay)> = stays.collect();
    stays.par_sort_unstable();
    // Two claims of one stay are one meeting.
    stays.dedup_by_key(|(hospital, (day, person, _))| (*hospital, *day, *person));
    let by_hospital: Vec<&[(Name, Stay)]> = stays.chunk_by(|one, next| one.0 == next.0).collect();
    let found = by_hospital.into_par_iter().flat_map_iter(|stays| {
        let stays: Vec<Stay> = stays.iter().map(|(_, stay)| *stay).collect();
        at_hospital(scene, &stays)
    });
    found.collect()
}

fn at_hospital(scene: &Scene, stays: &[Stay]) -> Vec<Companions> {
    let &[(first_day, _, first), .., (last_day, _, _)] = stays else { return Vec::new() };
    let together_min = scene.threshold_in_row(Threshold::TogetherMin, first);
    let days_max = scene.threshold_in_row(Threshold::TogetherDaysMax, first);
    let returning = Returning::of(stays, together_min);
    let meetings = returning.meetings(days_max);
    let days = last_day.abs_diff(first_day) + 1;
    let mut sets = UnionFind::new(returning.persons.len());
    let mut bound: Vec<Bound> = Vec::new();
    for pair in meetings.chunk_by(|one, next| one.pair == next.pair) {
        let kept = apart(scene, pair, days_max);
        let times = kept.len();
        let [one, other] = pair[0].pair.map(|place| returning.persons[place as usize].1);
        let chance = Chance { people: returning.persons.len(), one, other, days, days_max };
        if times >= together_min as usize && chance.is_unlikely(times) {
            sets.join(pair[0].pair[0], pair[0].pair[1]);
            let rows = kept.iter().flat_map(|meeting| meeting.rows).collect();
            bound.push(Bound { member: pair[0].pair[0], times, rows });
        }
    }
    let mut bound: Vec<(u32, Bound)> =
        bound.into_iter().map(|it| (sets.find(it.member), it)).collect();
    bound.sort_by_key(|(set, _)| *set);
    let groups = bound.chunk_by(|one, next| one.0 == next.0).map(|group| {
        let rows = group.iter().flat_map(|(_, it)| it.rows.iter().copied());
        let times = group.iter().map(|(_, it)| it.times).max().unwrap_or_default();
        let rows = Circle::new(scene, rows).rows;
        Companions { rows, times, together_min, days_max }
    });
    groups.filter(|group| says_something(scene, group)).collect()
}

/// Two people alone may be a couple, and have to meet once more often; a household, by account or
/// telephone, falls ill together.
fn says_something(scene: &Scene, group: &Companions) -> bool {
    let circle = Circle::new(scene, group.rows.iter().copied());
    let columns = [&scene.appearances().account, &scene.appearances().phone];
    let one_household = columns.into_iter().any(|column| {
        let mut values = circle.rows.iter().map(|&row| column[row as usize]);
        let first = values.next().flatten();
        first.is_some() && values.all(|value| value == first)
    });
    let enough = circle.persons().len() > 2 || group.times > group.together_min as usize;
    enough && !(one_household && circle.is_family())
}

struct Bound {
    member: u32,
    times: usize,
    rows: Vec<u32>,
}

/// The people who were at a hospital often enough to meet again, and their stays by day.
struct Returning {
    /// With how many stays.
    persons: Vec<(Name, u32)>,
    /// Day, place among the persons, row.
    stays: Vec<(i32, u32, u32)>,
}

/// Two people admitted within the days of each other.
struct Meeting {
    /// Places among the persons, ascending.
    pair: [u32; 2],
    /// The later of the two admissions.
    day: i32,
    rows: [u32; 2],
}

impl Returning {
    fn of(stays: &[Stay], together_min: u32) -> Returning {
        let mut persons: Vec<Name> = stays.iter().map(|(_, person, _)| *person).collect();
        persons.sort_unstable();
        let counted = persons.chunk_by(|one, next| one == next);
        let counted = counted.map(|stays| (stays[0], stays.len() as u32));
        let persons: Vec<(Name, u32)> = counted.filter(|(_, it)| *it >= together_min).collect();
        let of_them = stays.iter().filter_map(|&(day, person, row)| {
            let place = persons.binary_search_by_key(&person, |(name, _)| *name).ok()?;
            Some((day, place as u32, row))
        });
        Returning { stays: of_them.collect(), persons }
    }

    /// All meetings, by pair and day.
    fn meetings(&self, days_max: u32) -> Vec<Meeting> {
        let mut meetings = Vec::new();
        let is_near = |day: i32| move |stay: &&(i32, u32, u32)| stay.0.abs_diff(day) <= days_max;
        // A crowd is one for everybody in it, whoever's turn it is.
        let is_crowd = |place: usize, day: i32| {
            let before = self.stays[..place].iter().rev().take_while(is_near(day));
            let later = self.stays[place + 1..].iter().take_while(is_near(day));
            before.take(CROWD + 1).count() + later.take(CROWD + 1).count() > CROWD
        };
        for (place, &(day, one, row)) in self.stays.iter().enumerate() {
            if is_crowd(place, day) {
                continue;
            }
            let near: Vec<&(i32, u32, u32)> =
                self.stays[place + 1..].iter().take_while(is_near(day)).collect();
            for &&(then, other, other_row) in near.iter().filter(|(_, other, _)| *other != one) {
                let (pair, rows) = match one < other {
                    true => ([one, other], [row, other_row]),
                    false => ([other, one], [other_row, row]),
                };
                meetings.push(Meeting { pair, day: then, rows });
            }
        }
        meetings.sort_unstable_by_key(|meeting| (meeting.pair, meeting.day, meeting.rows));
        meetings
    }
}

/// The meetings of a pair that count: no stay twice, and those of a course of treatment once.
fn apart<'m>(scene: &Scene, meetings: &'m [Meeting], days_max: u32) -> Vec<&'m Meeting> {
    let in_course = |row: &u32| {
        let code = scene.in_row(*row).diagnosis_code.as_deref().unwrap_or_default();
        COURSES.iter().any(|course| code.starts_with(course))
    };
    let (mut kept, mut had_course): (Vec<&Meeting>, bool) = (Vec::new(), false);
    for meeting in meetings {
        let is_new = kept.last().is_none_or(|last| meeting.day.abs_diff(last.day) > days_max);
        let is_course = meeting.rows.iter().all(in_course);
        if is_new && !(is_course && had_course) {
            had_course |= is_course;
            kept.push(meeting);
        }
    }
    kept
}

/// What two people's meetings would be if everybody came on any day.
struct Chance {
    /// Who were there often enough.
    people: usize,
    /// How often the two were.
    one: u32,
    other: u32,
    /// The days of the hospital that are known.
    days: u32,
    days_max: u32,
}

impl Chance {
    /// Whether among all pairs less than one would meet so often by chance. A meeting is as likely
    /// as `one × other × days of a meeting ÷ days`, several of them as in rare events (Poisson).
    fn is_unlikely(&self, times: usize) -> bool {
        const SCALE: u128 = 1_000_000;
        let pairs = (self.people * self.people.saturating_sub(1) / 2) as u128;
        let days_of_meeting = u128::from(2 * self.days_max + 1);
        let likely = u128::from(self.one) * u128::from(self.other) * days_of_meeting;
        let mut expected = pairs * SCALE;
        for time in 1..=times as u128 {
            expected = expected.saturating_mul(likely) / (u128::from(self.days) * time);
        }
        expected < SCALE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_strangers_meet_by_chance_grows_with_the_hospital() {
        let unlikely = |people, times| {
            Chance { people, one: 2, other: 2, days: 365, days_max: 1 }.is_unlikely(times)
        };
        assert!(unlikely(3, 2));
        assert!(!unlikely(1_000, 2) && !unlikely(1_000, 3) && unlikely(1_000, 4));
        // Somebody who is there every week meets everybody.
        let weekly = Chance { people: 10, one: 52, other: 52, days: 365, days_max: 1 };
        assert!(!weekly.is_unlikely(20));
    }
}
