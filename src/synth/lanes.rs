//! Lanes: who is insured where, is treated where, and on which footing. An honest claim is made
//! from a lane; a planted one is an honest claim with one thing changed.

use crate::domain::RegionCode;
use crate::domain::words::Outcome::{self, Pay, PayReduced, Pend};
use crate::domain::words::PersonType::{
    self, Active, ResidentAdult, ResidentSenior, Retired, StudentChild,
};
use crate::domain::words::Route::{
    self, Emergency, Exempt, Home, LateFiled, LongTerm, Referral, Temporary, Unfiled,
};
use crate::domain::words::Scheme::{self, Employee, Resident};

use super::random::Random;

/// A way from an insured region to a treated one.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    pub insured: &'static str,
    pub scheme: Scheme,
    pub kind: PersonType,
    pub treated: &'static str,
    pub route: Route,
    /// What an honest inpatient claim on it comes to.
    pub outcome: Outcome,
}

impl Lane {
    pub fn insured(&self) -> RegionCode {
        place(self.insured)
    }

    pub fn treated(&self) -> RegionCode {
        place(self.treated)
    }

    /// The same way for another kind of employee.
    pub const fn of_kind(self, kind: PersonType) -> Lane {
        Lane { kind, ..self }
    }
}

/// A region whose code stands in this program.
pub fn place(code: &'static str) -> RegionCode {
    RegionCode::parse(code).expect("six digits, written in this program")
}

pub const BEIJING: &str = "110000";
pub const SHIJIAZHUANG: &str = "130100";
pub const SHANGHAI: &str = "310000";
pub const NANCHANG: &str = "360100";
pub const TIANJIN: &str = "120000";
pub const WUHAN: &str = "420100";
pub const GUANGDONG: &str = "440000";
pub const GUANGZHOU: &str = "440100";
pub const SHENZHEN: &str = "440300";
pub const CHENGDU: &str = "510100";

const fn lane(
    insured: &'static str,
    kind: PersonType,
    treated: &'static str,
    route: Route,
    outcome: Outcome,
) -> Lane {
    let scheme = match kind {
        Active | Retired | PersonType::Other => Employee,
        ResidentAdult | ResidentSenior | StudentChild => Resident,
    };
    Lane { insured, scheme, kind, treated, route, outcome }
}

pub const SJ_BEIJING: Lane = lane(SHIJIAZHUANG, Active, BEIJING, Exempt, Pay);
pub const SJ_HOME: Lane = lane(SHIJIAZHUANG, Active, SHIJIAZHUANG, Home, Pay);
pub const SJ_SHANGHAI: Lane = lane(SHIJIAZHUANG, Active, SHANGHAI, LongTerm, PayReduced);
pub const SJ_GUANGZHOU: Lane = lane(SHIJIAZHUANG, Active, GUANGZHOU, Referral, PayReduced);
pub const SJ_SHENZHEN_UNFILED: Lane = lane(SHIJIAZHUANG, Active, SHENZHEN, Unfiled, PayReduced);

pub const BJ_SHIJIAZHUANG: Lane = lane(BEIJING, Retired, SHIJIAZHUANG, Exempt, Pay);
pub const BJ_SHANGHAI: Lane = lane(BEIJING, Retired, SHANGHAI, LongTerm, Pay);
pub const BJ_SHENZHEN: Lane = lane(BEIJING, Active, SHENZHEN, Referral, Pay);
pub const BJ_CHENGDU: Lane = lane(BEIJING, Active, CHENGDU, Temporary, Pay);
pub const BJ_WUHAN_EMERGENCY: Lane = lane(BEIJING, Active, WUHAN, Emergency, Pay);
pub const BJ_RESIDENT_GUANGZHOU: Lane = lane(BEIJING, ResidentSenior, GUANGZHOU, Referral, Pay);
pub const BJ_CHILD_SHANGHAI: Lane = lane(BEIJING, StudentChild, SHANGHAI, LongTerm, Pay);

pub const WH_SHENZHEN: Lane = lane(WUHAN, Active, SHENZHEN, LongTerm, Pay);
pub const WH_HOME: Lane = lane(WUHAN, Active, WUHAN, Home, Pay);
pub const WH_GUANGZHOU: Lane = lane(WUHAN, Active, GUANGZHOU, Temporary, PayReduced);
pub const WH_SHANGHAI: Lane = lane(WUHAN, Active, SHANGHAI, Referral, PayReduced);
pub const WH_CHENGDU_EMERGENCY: Lane = lane(WUHAN, Active, CHENGDU, Emergency, PayReduced);
pub const WH_BEIJING_LATE: Lane = lane(WUHAN, Active, BEIJING, LateFiled, PayReduced);
pub const WH_RESIDENT_BEIJING: Lane = lane(WUHAN, ResidentAdult, BEIJING, Referral, PayReduced);
pub const WH_RESIDENT_SHENZHEN: Lane = lane(WUHAN, ResidentSenior, SHENZHEN, LongTerm, Pay);

pub const NC_SHENZHEN: Lane = lane(NANCHANG, Active, SHENZHEN, LongTerm, Pay);
pub const NC_WUHAN: Lane = lane(NANCHANG, Active, WUHAN, Referral, PayReduced);
pub const NC_GUANGZHOU: Lane = lane(NANCHANG, Active, GUANGZHOU, Temporary, PayReduced);

pub const CD_GUANGZHOU: Lane = lane(CHENGDU, Active, GUANGZHOU, Exempt, Pay);
pub const TJ_BEIJING: Lane = lane(TIANJIN, Active, BEIJING, Exempt, Pend);

/// How many honest claims come over each lane, of those beside the planted ones.
pub const TRAFFIC: [(Lane, u32); 25] = [
    (SJ_BEIJING, 16),
    (SJ_BEIJING.of_kind(Retired), 8),
    (SJ_HOME, 4),
    (SJ_SHANGHAI, 5),
    (SJ_GUANGZHOU, 3),
    (SJ_SHENZHEN_UNFILED, 3),
    (BJ_SHIJIAZHUANG, 8),
    (BJ_SHANGHAI, 8),
    (BJ_SHENZHEN, 6),
    (BJ_CHENGDU, 4),
    (BJ_WUHAN_EMERGENCY, 3),
    (BJ_RESIDENT_GUANGZHOU, 5),
    (BJ_CHILD_SHANGHAI, 3),
    (WH_SHENZHEN, 8),
    (WH_SHENZHEN.of_kind(Retired), 6),
    (WH_HOME, 4),
    (WH_GUANGZHOU, 6),
    (WH_SHANGHAI, 5),
    (WH_CHENGDU_EMERGENCY, 3),
    (WH_BEIJING_LATE, 3),
    (WH_RESIDENT_BEIJING, 5),
    (WH_RESIDENT_SHENZHEN, 4),
    (NC_SHENZHEN, 5),
    (NC_WUHAN, 5),
    (NC_GUANGZHOU, 5),
];

/// Lanes on which somebody may be treated again, and by another hospital, without filing anew.
pub const SETTLED: [Lane; 8] = [
    SJ_BEIJING,
    SJ_HOME,
    BJ_SHIJIAZHUANG,
    BJ_SHANGHAI,
    WH_SHENZHEN,
    WH_HOME,
    NC_SHENZHEN,
    CD_GUANGZHOU,
];

/// Of a parent and of a child, insured in one place.
pub const CHILDREN: (Lane, Lane) = (BJ_SHENZHEN, BJ_CHILD_SHANGHAI);

/// A lane as often as it comes, of those on which nothing is listed even where it is paid.
pub fn honest(random: &mut Random) -> Lane {
    loop {
        let lanes = TRAFFIC.iter().map(|(_, count)| count).sum();
        let mut drawn = random.below(lanes);
        let found = TRAFFIC.iter().find(|(_, count)| {
            let here = drawn < *count;
            drawn = drawn.saturating_sub(*count);
            here
        });
        let lane = found.map_or(SJ_BEIJING, |(lane, _)| *lane);
        if !matches!(lane.route, Unfiled | LateFiled) {
            return lane;
        }
    }
}
