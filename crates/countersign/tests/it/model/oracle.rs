//! The oracle: what the rules of core and a little bookkeeping say must come. It knows no database, no cookie and no HTTP.

use countersign_core::challenge::{Progress, Standing};
use countersign_core::device::{DeviceRules, Trust};
use countersign_core::lockout::{Bucket, LockoutRules, Reservation, reserve};
use countersign_core::session::SessionRules;
use countersign_core::settings::CodeRules;
use countersign_core::throttle::SendLimits;
use jiff::{SignedDuration, Timestamp};

use super::BROWSERS;

/// What a request led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Account,
    Back,
    Choose,
    Enter,
    NotRecognised,
    Page,
    Refused,
    TooMany,
}

/// A login in progress, as the browser's cookie names it.
#[derive(Clone, Copy)]
struct Login {
    number: u64,
    entering: bool,
    over: bool,
    expires_at: Timestamp,
    page: bool,
}

/// The account's newest challenge that was neither used nor replaced.
#[derive(Clone, Copy)]
struct Challenge {
    login: u64,
    progress: Progress,
    sends: u32,
    sent_at: Timestamp,
}

#[derive(Clone, Copy, Default)]
struct Place {
    login: Option<Login>,
    session: Option<(Timestamp, Timestamp)>,
}

/// All that the oracle knows of one person.
pub(super) struct Oracle {
    bucket: Bucket,
    device_bucket: Bucket,
    pub(super) disabled: bool,
    pub(super) code_failures: u32,
    pub(super) factor_off: bool,
    challenge: Option<Challenge>,
    sent: Vec<Timestamp>,
    device: Option<(usize, Trust)>,
    places: [Place; BROWSERS],
    logins: u64,
}

impl Oracle {
    pub(super) fn new() -> Self {
        Self {
            bucket: Bucket::default(),
            device_bucket: Bucket::default(),
            disabled: false,
            code_failures: 0,
            factor_off: false,
            challenge: None,
            sent: Vec::new(),
            device: None,
            places: [Place::default(); BROWSERS],
            logins: 0,
        }
    }

    fn trusted(&self, at: usize, now: Timestamp) -> Option<Trust> {
        let rules = DeviceRules::default();
        self.device.filter(|(place, trust)| *place == at && rules.holds(*trust, now)).map(|(_, trust)| trust)
    }

    fn live(&self, login: u64, now: Timestamp) -> Option<Challenge> {
        let is_live = |it: &Challenge| matches!(standing(it, now), Standing::Live { .. });
        self.challenge.filter(|it| it.login == login).filter(is_live)
    }

    pub(super) fn password(&mut self, at: usize, right: bool, now: Timestamp) -> Answer {
        let trust = self.trusted(at, now);
        let bucket = if trust.is_some() { &mut self.device_bucket } else { &mut self.bucket };
        let Reservation::Reserved(counted) = reserve(*bucket, &LockoutRules::default(), now) else {
            return Answer::NotRecognised;
        };
        *bucket = counted;
        if !right || self.disabled {
            return Answer::NotRecognised;
        }
        *bucket = Bucket::default();
        if let Some(trust) = trust {
            self.device = Some((at, DeviceRules::default().renew(trust, now)));
            self.places[at] = Place { login: None, session: Some((now, now)) };
            return Answer::Account;
        }
        if self.factor_off {
            self.places[at].login = None;
            return Answer::Refused;
        }
        let earlier = self.places[at].login.and_then(|login| self.live(login.number, now));
        self.logins += 1;
        let number = self.logins;
        if let (Some(_), Some(challenge)) = (earlier, self.challenge.as_mut()) {
            challenge.login = number;
        }
        let expires_at = earlier.map_or(now + SignedDuration::from_mins(10), |it| it.progress.expires_at);
        let entering = earlier.is_some();
        self.places[at].login = Some(Login { number, entering, over: false, expires_at, page: entering });
        if entering { Answer::Enter } else { Answer::Choose }
    }

    /// A wish for a message: to a destination that was chosen, or again to the same.
    pub(super) fn send(&mut self, at: usize, again: bool, now: Timestamp) -> Answer {
        let Some(login) = self.places[at].login else { return Answer::Back };
        if login.over || now >= login.expires_at || self.disabled || self.factor_off {
            return Answer::Back;
        }
        let mine = self.live(login.number, now);
        if again && mine.is_none() {
            return Answer::Back;
        }
        let limits = SendLimits::default();
        let last = self.challenge.filter(|it| now < it.progress.expires_at);
        let cooling = last.is_some_and(|last| {
            let first_change = last.login != login.number && last.sends <= 1;
            let live = matches!(standing(&last, now), Standing::Live { .. });
            live && !first_change && now < last.sent_at + limits.cooldown_after(last.sends)
        });
        let within = |span| self.sent.iter().filter(|at| **at + span > now).count();
        let full = within(SignedDuration::from_hours(1)) >= 5 || within(SignedDuration::from_hours(24)) >= 10;
        if cooling || full {
            if mine.is_none() {
                return Answer::TooMany;
            }
            self.offer(at);
            return Answer::Enter;
        }
        let life = CodeRules::default().life;
        let mut challenge = mine.unwrap_or(Challenge {
            login: login.number,
            progress: Progress { tries: 0, expires_at: now + life, ended: false },
            sends: last.map_or(0, |last| last.sends),
            sent_at: now,
        });
        challenge.sends += 1;
        challenge.sent_at = now;
        self.sent.push(now);
        self.challenge = Some(challenge);
        let expires_at = challenge.progress.expires_at;
        self.places[at].login = Some(Login { entering: true, expires_at, page: true, ..login });
        Answer::Enter
    }

    pub(super) fn show(&mut self, at: usize, now: Timestamp) -> Answer {
        let Some(login) = self.places[at].login.as_mut() else { return Answer::Back };
        let (number, shown) = (login.number, login.entering && !login.over && login.page);
        if shown && self.live(number, now).is_some() {
            self.places[at].login.as_mut().unwrap().page = false;
            return Answer::Page;
        }
        Answer::Back
    }

    pub(super) fn guess(&mut self, at: usize, guess: Guess, trust: bool, now: Timestamp) -> Answer {
        let Some(login) = self.places[at].login.filter(|login| login.entering && !login.over) else {
            return Answer::Back;
        };
        if self.live(login.number, now).is_none() {
            return Answer::Back;
        }
        if guess == Guess::NoCode {
            self.offer(at);
            return Answer::Enter;
        }
        let challenge = self.challenge.as_mut().unwrap();
        challenge.progress = challenge.progress.reserve(CodeRules::default().tries, now).unwrap();
        let used = challenge.progress.tries >= CodeRules::default().tries;
        let ceiling = LockoutRules::default().code_failures;
        if self.factor_off || self.code_failures >= ceiling {
            self.close();
            self.places[at].login = None;
            return Answer::Refused;
        }
        self.code_failures += 1;
        if guess == Guess::Wrong {
            return self.wrong(at, used, self.code_failures >= ceiling);
        }
        if self.disabled {
            return Answer::Back;
        }
        self.code_failures = 0;
        self.challenge = None;
        if let Some(known) = self.trusted(at, now) {
            self.device = Some((at, DeviceRules::default().renew(known, now)));
        } else if trust {
            self.device = Some((at, DeviceRules::default().begin(now)));
            self.device_bucket = Bucket::default();
        }
        self.places[at] = Place { login: None, session: Some((now, now)) };
        Answer::Account
    }

    fn wrong(&mut self, at: usize, used: bool, closed: bool) -> Answer {
        if closed {
            self.close();
            self.places[at].login = None;
            return Answer::Refused;
        }
        if used {
            self.places[at].login.as_mut().unwrap().over = true;
            return Answer::Back;
        }
        self.offer(at);
        Answer::Enter
    }

    pub(super) fn account(&mut self, at: usize, now: Timestamp) -> Answer {
        let Some((since, seen)) = self.places[at].session else { return Answer::Back };
        if self.disabled || !SessionRules::default().alive(since, seen, now) {
            self.places[at].session = None;
            return Answer::Back;
        }
        let noted = if now.duration_since(seen) >= SignedDuration::from_mins(1) { now } else { seen };
        self.places[at].session = Some((since, noted));
        Answer::Page
    }

    fn offer(&mut self, at: usize) {
        self.places[at].login.as_mut().unwrap().page = true;
    }

    fn close(&mut self) {
        self.factor_off = true;
        self.device = None;
    }

    pub(super) fn disable(&mut self) {
        self.disabled = true;
        self.device = None;
        self.challenge = None;
        for place in &mut self.places {
            place.session = None;
            if let Some(login) = &mut place.login {
                login.over = true;
            }
        }
    }

    pub(super) fn unlock(&mut self) {
        self.bucket = Bucket::default();
        self.device_bucket = Bucket::default();
        self.factor_off = false;
        self.code_failures = 0;
        self.device = None;
    }
}

fn standing(challenge: &Challenge, now: Timestamp) -> Standing {
    challenge.progress.standing(CodeRules::default().tries, now)
}

/// What is typed as a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guess {
    NoCode,
    Right,
    Wrong,
}
