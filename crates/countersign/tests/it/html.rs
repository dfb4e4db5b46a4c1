//! As much of HTML as a person sees of it: the text, and the forms. Our pages are well-formed, so this is no parser.

/// A form, as a browser would send it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    pub(crate) action: String,
    /// The fields with their values, hidden ones and what is ticked included.
    pub(crate) fields: Vec<(String, String)>,
    /// The buttons that carry a value.
    pub(crate) buttons: Vec<(String, String)>,
}

/// The forms of a page.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let mut forms = Vec::new();
    for tag in tags(page) {
        match tag.name {
            "form" => {
                forms.push(Form { action: tag.attribute("action").unwrap_or_default(), ..Form::default() });
            }
            "input" | "button" => {
                let (Some(form), Some(name)) = (forms.last_mut(), tag.attribute("name")) else { continue };
                let value = tag.attribute("value").unwrap_or_default();
                let kind = tag.attribute("type").unwrap_or_default();
                let ticked = kind != "checkbox" || tag.has("checked");
                match tag.name {
                    "button" => form.buttons.push((name, value)),
                    _ if ticked => form.fields.push((name, value)),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    forms
}

/// The text of a page, each run of white space as one space.
pub(crate) fn text(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut text = String::new();
    for piece in body.split('<').skip(1) {
        let after = piece.split_once('>').map_or("", |(_, after)| after);
        text.push(' ');
        text.push_str(after);
    }
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every address that a page names in an attribute.
pub(crate) fn links(page: &str) -> Vec<String> {
    let links = |tag: &Tag<'_>| ["href", "src", "action", "formaction"].map(|name| tag.attribute(name));
    tags(page).iter().flat_map(links).flatten().collect()
}

struct Tag<'p> {
    name: &'p str,
    rest: &'p str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<String> {
        let begin = format!("{name}=\"");
        let mut found = self.rest.match_indices(&begin);
        let (at, _) = found.find(|(at, _)| self.rest[..*at].ends_with(char::is_whitespace))?;
        self.rest[at + begin.len()..].split_once('"').map(|(value, _)| unescape(value))
    }

    fn has(&self, name: &str) -> bool {
        self.rest.split_whitespace().any(|word| word == name)
    }
}

fn tags(page: &str) -> Vec<Tag<'_>> {
    let pieces = page.split('<').skip(1);
    let inside = pieces.filter_map(|piece| piece.split_once('>').map(|(inside, _)| inside));
    inside
        .map(|tag| {
            let end = tag.find(char::is_whitespace).unwrap_or(tag.len());
            Tag { name: &tag[..end], rest: &tag[end..] }
        })
        .collect()
}

fn unescape(text: &str) -> String {
    [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (escaped, letter)| text.replace(escaped, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_what_a_browser_sends_of_it() {
        let page = "<body><p>A &#38; B</p><form method=\"post\" action=\"/a?b=1&#38;c\">\n <input type=\"hidden\" name=\"csrf\"\n value=\"t\"><input name=\"x\" \
                    type=\"checkbox\" value=\"on\"><button name=\"d\" value=\"sms\">Go</button></form>";
        let forms = forms(page);
        assert_eq!(forms[0].action, "/a?b=1&c");
        assert_eq!(forms[0].fields, [("csrf".to_owned(), "t".to_owned())]);
        assert_eq!(forms[0].buttons, [("d".to_owned(), "sms".to_owned())]);
        assert_eq!(text(page), "A & B Go");
    }
}
