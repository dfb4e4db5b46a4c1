//! TwiML, what Twilio does in a call (reference/providers.md, 6).

use std::fmt::Write as _;

use crate::courier::call::Call;

/// How long Twilio waits for a key after it has spoken, in seconds.
const WAIT_SECONDS: u32 = 8;

/// The beginning of a call: who calls, twice, each time with a wait for a key. Without a key the call ends and the code was
/// never said, nor told to Twilio: whatever answered may be a mailbox (I-10).
pub(super) fn greeting(call: &Call, key_url: &str) -> String {
    let say = say(&call.language, &format!("{} {}", call.greeting, call.press));
    // Any key counts, the hash sign too, which would otherwise end an input that has not begun.
    let gather = format!(
        "<Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"{WAIT_SECONDS}\" method=\"POST\" \
         action=\"{}\">{say}</Gather>",
        escaped(key_url)
    );
    response(&format!("{gather}{gather}{}", self::say(&call.language, &call.unheard)))
}

/// What is said when a key was pressed.
pub fn code(call: &Call) -> String {
    response(&say(&call.language, &call.code))
}

/// What is said when a key was pressed and the code is no longer good.
pub fn over(call: &Call) -> String {
    response(&say(&call.language, &call.over))
}

fn response(verbs: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{verbs}<Hangup/></Response>")
}

fn say(language: &str, words: &str) -> String {
    format!("<Say language=\"{}\">{}</Say>", escaped(language), escaped(words))
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // Nothing else that a text may hold has a meaning in XML; writing to a string cannot fail.
            letter if letter.is_control() => {}
            letter => drop(write!(out, "{letter}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(greeting: &str) -> Call {
        Call {
            language: "en-US".into(),
            greeting: greeting.into(),
            press: "Press any key.".into(),
            code: "0, 4, 2".into(),
            unheard: "Goodbye.".into(),
            over: "Too late.".into(),
            key_url: None,
        }
    }

    #[test]
    fn i_10_the_beginning_of_a_call_holds_no_code() {
        let twiml = greeting(&call("Acme calls."), "https://login.example.com/hooks/twilio-voice/1");
        assert!(!twiml.contains("0, 4"), "{twiml}");
        assert_eq!(twiml.matches("<Gather ").count(), 2);
        assert!(twiml.ends_with("<Say language=\"en-US\">Goodbye.</Say><Hangup/></Response>"), "{twiml}");
    }

    #[test]
    fn a_name_cannot_become_a_verb() {
        let twiml = greeting(&call("R&D \"<Hangup/>\" l'équipe"), "https://x.example/?a=1&b=2");
        assert!(twiml.contains("R&amp;D &quot;&lt;Hangup/&gt;&quot; l&apos;équipe"), "{twiml}");
        assert!(twiml.contains("action=\"https://x.example/?a=1&amp;b=2\""), "{twiml}");
        assert_eq!(twiml.matches("<Hangup/>").count(), 1);
    }
}
