//! What a new password must be: long enough, hard to guess, in no list of known ones, and not made of what everybody
//! knows about the account.
//!
//! There are no rules about kinds of characters and no expiry, because they lead to worse passwords (OWASP ASVS 5.0,
//! 6.2; NIST SP 800-63B-4, 3.1.1.2). How long it must be depends on what stands beside it: eight characters where a
//! second factor is required, fifteen where the password may be all there is (3.1.1.2).

pub mod breached;

use countersign_core::contact::EmailAddress;
use countersign_core::policy::Mode;
use countersign_core::secret::Secret;
use zxcvbn::{Score, zxcvbn};

use crate::app::App;
use crate::directory::local;
use crate::flow::{Error, Refused};
use crate::store::accounts::AccountRow;

/// The most characters; at least 64 must be allowed (ASVS 6.2.9). It bounds the cost of the estimate, too.
pub const LEN_MAX: usize = 128;
/// The shortest known text that a password must not contain; shorter ones occur by chance.
const KNOWN_LEN_MIN: usize = 4;

/// The 3000 most common passwords of eight characters or more (ASVS 6.2.4), in lower case, sorted: the head of zxcvbn's
/// own list (of leaked passwords by Mark Burnett), and a few that other lists put before those.
const COMMON: &str = include_str!("common.txt");

/// Why a password cannot be used, as an outcome; a [`Refused`] has it in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It became known in a breach.
    Breached,
    /// Everybody tries it first.
    Common,
    /// It contains the identifier or the site's name.
    Known,
    /// Too long.
    Long,
    /// Too short.
    Short {
        /// The fewest characters.
        least: usize,
    },
    /// Something in it is no character that can be typed again.
    Unreadable,
    /// It is made of what guessing programs try: words, names, dates, rows of keys.
    Weak,
}

impl From<Unfit> for Refused {
    fn from(unfit: Unfit) -> Self {
        Self::new(match unfit {
            Unfit::Breached => "unfit-breached",
            Unfit::Common => "unfit-common",
            Unfit::Known => "unfit-known",
            Unfit::Long => "unfit-long",
            Unfit::Short { least } => return Self::new("unfit-short").arg("least", least),
            Unfit::Unreadable => "unfit-unreadable",
            Unfit::Weak => "unfit-weak",
        })
    }
}

/// What stands beside the password when somebody logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing, or nothing that can be relied on.
    Nothing,
    /// A second factor that the policy requires.
    SecondFactor,
}

impl Beside {
    /// What stands beside the passwords of a policy.
    pub fn of(mode: Mode) -> Self {
        if mode == Mode::Required { Self::SecondFactor } else { Self::Nothing }
    }

    /// The fewest characters (NIST SP 800-63B-4, 3.1.1.2).
    pub const fn length_min(self) -> usize {
        match self {
            Self::Nothing => 15,
            Self::SecondFactor => 8,
        }
    }

    /// The least that it must withstand. With a second factor 10⁶ guesses: online there are five in half an hour.
    /// Without one 10⁸, which is what zxcvbn's authors ask for.
    const fn score_min(self) -> Score {
        match self {
            Self::Nothing => Score::Three,
            Self::SecondFactor => Score::Two,
        }
    }
}

/// For whom a password is.
#[derive(Clone, Debug)]
pub struct Context {
    beside: Beside,
    /// What everybody knows and it must not contain: identifiers and the site's name.
    known: Vec<String>,
    /// What makes it easier to guess: the person's name and address.
    hints: Vec<String>,
}

impl Context {
    /// The context of an account that has these identifiers, and of which these texts are known besides.
    pub fn new<'a>(
        beside: Beside,
        site: &'a str,
        identifiers: impl Iterator<Item = &'a str>,
        hints: impl Iterator<Item = &'a str>,
    ) -> Self {
        let known: Vec<String> = identifiers.chain([site]).map(str::to_lowercase).collect();
        let hints = hints.flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase).collect();
        Self { beside, known, hints }
    }

    /// The context of an account that exists.
    pub fn of(app: &App, row: &AccountRow) -> Self {
        let account = &row.account;
        let mode = app.settings.policy(&account.realm, &account.source).mode;
        let email = account.contacts.email.as_ref().map(EmailAddress::as_str);
        let hints = [account.display_name.as_str()].into_iter().chain(email);
        Self::new(Beside::of(mode), &app.settings.site.name, row.identifiers.iter().map(String::as_str), hints)
    }

    /// The fewest characters.
    pub const fn length_min(&self) -> usize {
        self.beside.length_min()
    }
}

/// Checks a new password against everything, the list of breached ones included. An error is that list, when it cannot
/// be read: then no password passes.
pub async fn check(app: &App, password: &Secret, context: &Context) -> Result<Result<(), Unfit>, Error> {
    let (list, password, context) = (app.breached.clone(), password.clone(), context.clone());
    // An estimate takes milliseconds of work, and a look-up waits for the disk.
    let work = move || {
        if let Err(unfit) = check_form(&password, &context) {
            return Ok(Err(unfit));
        }
        let Some(list) = list else { return Ok(Ok(())) };
        let normal = local::normalise(&password);
        let known = list.holds(normal.as_ref().unwrap_or(&password))?;
        Ok(if known { Err(Unfit::Breached) } else { Ok(()) })
    };
    let checked = tokio::task::spawn_blocking(work).await.map_err(|error| Error::Internal(error.to_string()))?;
    checked.map_err(|error: breached::BadList| Error::Internal(error.to_string()))
}

/// Checks a new password against everything but the list of breached ones.
pub fn check_form(password: &Secret, context: &Context) -> Result<(), Unfit> {
    let least = context.length_min();
    // An empty one is too short rather than unreadable, and one beyond all limits is not worth reading.
    if password.is_empty() {
        return Err(Unfit::Short { least });
    }
    if password.expose().len() > local::PASSWORD_LEN_MAX {
        return Err(Unfit::Long);
    }
    let normal = local::normalise(password).ok_or(Unfit::Unreadable)?;
    let length = normal.expose().chars().count();
    let lower = Secret::new(normal.expose().to_lowercase());
    // Before the length: who hears "too short" of a password that everybody tries would only make it longer.
    if is_common(lower.expose()) {
        return Err(Unfit::Common);
    }
    if length < least {
        return Err(Unfit::Short { least });
    }
    if length > LEN_MAX {
        return Err(Unfit::Long);
    }
    if context.known.iter().any(|text| contains(lower.expose(), text)) {
        return Err(Unfit::Known);
    }
    let inputs: Vec<&str> = context.known.iter().chain(&context.hints).map(String::as_str).collect();
    if zxcvbn(normal.expose(), &inputs).score() < context.beside.score_min() {
        return Err(Unfit::Weak);
    }
    Ok(())
}

fn is_common(lower: &str) -> bool {
    COMMON.lines().any(|common| common == lower) || is_one_character(lower)
}

/// The name of an e-mail address is known as well as the whole of it.
fn contains(lower: &str, known: &str) -> bool {
    let name = known.split('@').next().unwrap_or_default();
    [known, name].iter().any(|part| part.chars().count() >= KNOWN_LEN_MIN && lower.contains(part))
}

fn is_one_character(text: &str) -> bool {
    let mut letters = text.chars();
    let first = letters.next();
    first.is_some() && letters.all(|letter| Some(letter) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(beside: Beside) -> Context {
        let identifiers = ["Ana.Smith@example.com", "jo"].into_iter();
        Context::new(beside, "Example Login", identifiers, ["Ana Wetherby", "ana@elsewhere.example"].into_iter())
    }

    fn judged(password: &str) -> Result<(), Unfit> {
        check_form(&Secret::new(password), &context(Beside::SecondFactor))
    }

    fn judged_alone(password: &str) -> Result<(), Unfit> {
        check_form(&Secret::new(password), &context(Beside::Nothing))
    }

    #[test]
    fn long_enough_and_not_too_long() {
        assert_eq!(judged(""), Err(Unfit::Short { least: 8 }));
        assert_eq!(judged("kw8+Zx2"), Err(Unfit::Short { least: 8 }));
        assert_eq!(judged("kw8+Zx2!"), Ok(()));
        // Eight characters are eight characters, however many bytes they take.
        assert_eq!(judged("пароль-ы"), Ok(()));
        let long: String = ('a'..='z').chain('A'..='Z').cycle().step_by(7).take(LEN_MAX).collect();
        assert_eq!(judged(&long), Ok(()));
        assert_eq!(judged(&format!("{long}x")), Err(Unfit::Long));
        assert_eq!(judged(&"a".repeat(10_000)), Err(Unfit::Long));
        assert_eq!(judged("correct\nhorse"), Err(Unfit::Unreadable));
    }

    #[test]
    fn a_password_that_stands_alone_is_longer() {
        assert_eq!(judged_alone("kw8+Zx2!kw9-Zy"), Err(Unfit::Short { least: 15 }));
        assert_eq!(judged_alone("vexed otter lampshade"), Ok(()));
        assert_eq!(Beside::of(Mode::Required), Beside::SecondFactor);
        // Who may turn the second factor off again has nothing but the password then.
        assert_eq!([Mode::Off, Mode::Optional].map(Beside::of), [Beside::Nothing; 2]);
    }

    #[test]
    fn not_what_everybody_tries_first() {
        for common in ["password", "Password1", "12345678", "iloveyou", "aaaaaaaaaa"] {
            assert_eq!(judged(common), Err(Unfit::Common), "{common}");
        }
        for weak in ["passwordpassword1", "qwertyuiopasdf", "december2026", "abcdefghijkl", "wetherby1"] {
            let unfit = judged(weak);
            assert!(matches!(unfit, Err(Unfit::Weak | Unfit::Common)), "{weak}: {unfit:?}");
        }
    }

    #[test]
    fn none_of_the_three_thousand_most_common_is_let_through() {
        let refused = COMMON.lines().filter(|common| judged(common) == Err(Unfit::Common)).count();
        assert!(refused >= 3_000 && refused == COMMON.lines().count(), "{refused}");
        // Nor with a capital, a digit or an exclamation mark, as people make them "stronger".
        for common in COMMON.lines().step_by(50) {
            let mut dressed = common.to_owned();
            dressed.push_str("1!");
            assert!(judged_alone(&dressed).is_err(), "{dressed}");
        }
    }

    #[test]
    fn not_what_everybody_knows() {
        for known in ["xx-ana.smith-1", "ANA.SMITH@example.com", "my example login"] {
            assert_eq!(judged(known), Err(Unfit::Known), "{known}");
        }
        assert_eq!(judged("major tomb 7"), Ok(()), "jo is too short to count");
    }

    #[test]
    fn the_list_is_sorted_and_holds_only_what_the_length_lets_through() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.is_sorted());
        for common in lines {
            assert!(common.chars().count() >= Beside::SecondFactor.length_min(), "{common}");
            assert_eq!(common, common.to_lowercase());
        }
    }
}
