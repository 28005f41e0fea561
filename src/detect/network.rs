//! Who hangs together with whom 关联网络: persons on one side, what they share on the other, joined
//! where sharing one thing is confirmed by sharing another.
//!
//! The surprise: one shared thing joins nobody, unless it is an account. In a county everybody is
//! connected with everybody by an agent here and a telephone there; only what two people share
//! twice, in different ways, is told apart from that.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::appearances::{Name, by_column};
use super::circle::Circle;
use super::scene::Scene;
use super::union_find::UnionFind;
use super::{companions, f501_shared_account, f502_busy_agent, invoice_runs};

/// More people behind one agent or telephone are a service desk, unless the money of most of them
/// meets again in shared accounts.
const DESK_PERSONS: usize = 30;
/// So many things of one person are followed; somebody with more is everywhere.
const KEYS_FOLLOWED: usize = 12;

/// What people share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shares {
    Account,
    Agent,
    Phone,
    Together,
    Invoices,
}

impl Shares {
    /// Agent and telephone are one and the same hand; nothing else is confirmed by its like.
    fn way(self) -> u8 {
        match self {
            Shares::Account => 0,
            Shares::Agent | Shares::Phone => 1,
            Shares::Together => 2,
            Shares::Invoices => 3,
        }
    }

    /// How much it says of two people.
    pub fn weight(self) -> u32 {
        match self {
            Shares::Account => 4,
            Shares::Together | Shares::Invoices => 3,
            Shares::Agent | Shares::Phone => 2,
        }
    }
}

/// One thing that people share, and the rows that show it.
pub struct Thing {
    pub what: Shares,
    /// Ascending.
    pub rows: Vec<u32>,
}

/// A person and a thing, by its place among the things.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    person: Name,
    thing: u32,
}

/// People joined by confirmed sharing.
pub struct Component {
    pub persons: Vec<Name>,
    /// Places among the things.
    pub things: Vec<u32>,
    pub ways: usize,
}

pub struct Network {
    pub things: Vec<Thing>,
    pub components: Vec<Component>,
}

impl Network {
    pub fn of(scene: &Scene) -> Network {
        let things = things(scene);
        let links = links(scene, &things);
        let people = links.iter().map(|link| link.person.get()).max().unwrap_or_default();
        let mut joining = Joining {
            things: &things,
            people,
            sets: UnionFind::new(people as usize + 1 + things.len()),
            bound: vec![false; people as usize + 1],
        };
        joining.by_account(&links);
        joining.twice(&links);
        joining.between_the_joined(&links);
        let components = joining.components(&links);
        Network { things, components }
    }
}

/// Everything several people share and that nothing innocent explains.
fn things(scene: &Scene) -> Vec<Thing> {
    let appearances = scene.appearances();
    let mut things = of_column(scene, Shares::Account, &appearances.account, &|circle| {
        let employer = circle.employer();
        let pays_out = |employer| circle.claims().all(|it| it.payee.as_deref() == Some(employer));
        employer.is_some_and(pays_out) || f501_shared_account::is_family(circle)
    });
    let mut pooled = vec![false; appearances.person.len() + 1];
    for row in things.iter().flat_map(|thing| &thing.rows) {
        if let Some(person) = appearances.person[*row as usize] {
            pooled[person.get() as usize] = true;
        }
    }
    let is_desk = |circle: &Circle| {
        let persons = circle.persons();
        let meeting = persons.iter().filter(|person| pooled[person.get() as usize]).count();
        persons.len() > DESK_PERSONS && meeting * 2 < persons.len()
    };
    things.extend(of_column(scene, Shares::Agent, &appearances.agent, &|circle| {
        let family = circle.is_family_with(f502_busy_agent::agent_names(circle));
        family || circle.employer().is_some() || is_desk(circle)
    }));
    things.extend(of_column(scene, Shares::Phone, &appearances.phone, &|circle| {
        circle.is_family() || circle.employer().is_some() || is_desk(circle)
    }));
    let companions = companions::companions(scene).into_iter();
    things.extend(companions.map(|it| Thing { what: Shares::Together, rows: it.rows }));
    for stretch in invoice_runs::stretches(scene) {
        let circle = Circle::new(scene, stretch.rows);
        if circle.persons().len() > 1 {
            things.push(Thing { what: Shares::Invoices, rows: circle.rows });
        }
    }
    things
}

fn of_column(
    scene: &Scene,
    what: Shares,
    column: &[Option<Name>],
    is_explained: &(dyn Fn(&Circle) -> bool + Sync),
) -> Vec<Thing> {
    let sorted = by_column(scene, column);
    let groups: Vec<&[(Name, u32)]> = sorted.chunk_by(|one, next| one.0 == next.0).collect();
    let shared = groups.into_par_iter().filter(|group| group.len() > 1).filter_map(|group| {
        let circle = Circle::of(scene, group);
        let tells = circle.persons().len() > 1 && !is_explained(&circle);
        tells.then_some(Thing { what, rows: circle.rows })
    });
    shared.collect()
}

/// Every person with everything they share, by person.
fn links(scene: &Scene, things: &[Thing]) -> Vec<Link> {
    let person = &scene.appearances().person;
    let of_thing = |(thing, shared): (usize, &Thing)| {
        let rows = shared.rows.iter().filter_map(|&row| person[row as usize]);
        rows.map(|person| Link { person, thing: thing as u32 }).collect::<Vec<_>>()
    };
    let mut links: Vec<Link> = things.iter().enumerate().flat_map(of_thing).collect();
    links.par_sort_unstable();
    links.dedup();
    links
}

struct Joining<'t> {
    things: &'t [Thing],
    /// The highest number of a person; things come after them.
    people: u32,
    sets: UnionFind,
    /// Persons that are joined with somebody.
    bound: Vec<bool>,
}

impl Joining<'_> {
    fn what(&self, thing: u32) -> Shares {
        self.things[thing as usize].what
    }

    fn join(&mut self, person: Name, thing: u32) {
        self.bound[person.get() as usize] = true;
        self.sets.join(person.get(), self.people + 1 + thing);
    }

    /// Strangers' money in one account needs no second reason.
    fn by_account(&mut self, links: &[Link]) {
        for link in links.iter().filter(|link| self.things[link.thing as usize].is_account()) {
            self.join(link.person, link.thing);
        }
    }

    /// Two people who share two things in different ways.
    fn twice(&mut self, links: &[Link]) {
        let mut pairs: Vec<(u32, u32, Name)> = Vec::new();
        for of_person in links.chunk_by(|one, next| one.person == next.person) {
            let followed = &of_person[..of_person.len().min(KEYS_FOLLOWED)];
            for (place, one) in followed.iter().enumerate() {
                for other in &followed[place + 1..] {
                    if self.what(one.thing).way() != self.what(other.thing).way() {
                        pairs.push((one.thing, other.thing, one.person));
                    }
                }
            }
        }
        pairs.par_sort_unstable();
        let same =
            |one: &(u32, u32, Name), next: &(u32, u32, Name)| (one.0, one.1) == (next.0, next.1);
        for shared in pairs.chunk_by(same).filter(|shared| shared.len() > 1) {
            for &(one, other, person) in shared {
                self.join(person, one);
                self.join(person, other);
            }
        }
    }

    /// What two people share who are joined with somebody already joins them too.
    fn between_the_joined(&mut self, links: &[Link]) {
        let bound = self.bound.clone();
        let mut of_bound: Vec<(u32, Name)> = links
            .iter()
            .filter(|link| bound[link.person.get() as usize])
            .map(|link| (link.thing, link.person))
            .collect();
        of_bound.par_sort_unstable();
        for shared in of_bound.chunk_by(|one, next| one.0 == next.0) {
            if shared.len() > 1 {
                shared.iter().for_each(|&(thing, person)| self.join(person, thing));
            }
        }
    }

    fn components(&mut self, links: &[Link]) -> Vec<Component> {
        let mut joined: Vec<(u32, Name, u32)> = Vec::new();
        for link in links {
            let thing = self.sets.find(self.people + 1 + link.thing);
            if self.bound[link.person.get() as usize] && self.sets.find(link.person.get()) == thing
            {
                joined.push((thing, link.person, link.thing));
            }
        }
        joined.par_sort_unstable();
        let components = joined.chunk_by(|one, next| one.0 == next.0).map(|links| {
            let persons: BTreeSet<Name> = links.iter().map(|(_, person, _)| *person).collect();
            let things: BTreeSet<u32> = links.iter().map(|(_, _, thing)| *thing).collect();
            let ways: BTreeSet<u8> = things.iter().map(|&thing| self.what(thing).way()).collect();
            Component {
                persons: persons.into_iter().collect(),
                things: things.into_iter().collect(),
                ways: ways.len(),
            }
        });
        components.collect()
    }
}

impl Thing {
    fn is_account(&self) -> bool {
        self.what == Shares::Account
    }
}
