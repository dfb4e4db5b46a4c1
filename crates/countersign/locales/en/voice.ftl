### What a call says. It is read aloud by a machine: short sentences, no link, no abbreviation, no digit but the code.

# The language and country of the voice that reads these texts, as Twilio and ClickSend name them.
voice-language = en-US
voice-greeting-contact = Hello. This is { $site }, with a code that confirms this phone number.
voice-greeting-step-up = Hello. This is { $site }, with a code to change your account.
voice-greeting-login = Hello. This is { $site }, with your login code.
voice-greeting-test = Hello. This is { $site }, with a test call and an example of a code.
voice-press = Press any key on your phone to hear it.
voice-code = Your code is: { $code }.
voice-again = Once more: { $code }.
voice-never = Never tell it to anyone. Goodbye.
voice-unheard = No key was pressed. Goodbye.
voice-over = This code is no longer good. Go back to the page and ask for a new one. Goodbye.
