### What goes out by SMS and e-mail.
###
### An SMS is one line here; the program adds the line "@host #code" below it. Keep it within 90 characters without the
### site name, and within the GSM alphabet (no curly quotes, no long dashes): one character outside it halves the room
### and doubles the price.
### No link in an SMS: people are taught to distrust links beside a code, and gateways hold such messages back. A mail
### gets one from the program, to the page "This was not me".

sms-code-login = { $site }: { $code } is your login code, valid { $minutes } min. We never ask for it. Never read it to anyone.
# Added where it fits into the one SMS.
sms-code-stranger = Not you? Tell us.
sms-code-test = { $site }: this is a test message. { $code } is a sample code and opens nothing.
# Added to a text that is sent again: gateways drop a text that is the same as the last one.
message-number = (message { $number })

mail-code-login-subject = { $site }: your login code
mail-code-login-intro = Someone, hopefully you, is logging in to { $site } with your password. This code completes the login:
mail-code-login-valid = { $minutes ->
    [one] It is valid for one minute and works once.
   *[other] It is valid for { $minutes } minutes and works once.
}
mail-code-login-never = We never ask for this code. Never read it to anyone and never send it on, whoever asks.
mail-code-login-stranger = If you are not logging in, someone else knows your password: change it, or tell your administrator.
mail-code-host = Type it only at { $host }.

mail-code-test-subject = { $site }: test message
mail-code-test-intro = This message was sent to test the delivery of mail from { $site }. A code looks like this:
mail-code-test-valid = It is a sample and opens nothing.
mail-code-test-never = You need not do anything.
mail-code-test-stranger = If you did not expect this message, tell your administrator.

## Proving something in a session, and proving a new address

sms-code-contact = { $site }: { $code } confirms this phone number, valid { $minutes } min. Never read it to anyone.
sms-code-step-up = { $site }: { $code } is your code to change your account, valid { $minutes } min. Never read it to anyone.

mail-code-contact-subject = { $site }: confirm this e-mail address
mail-code-contact-intro = Someone, hopefully you, wants to use this e-mail address for an account at { $site }. This code confirms it:
mail-code-contact-stranger = If you did not ask for this, do nothing: without the code, the address is not used.

mail-code-step-up-subject = { $site }: confirm that it is you
mail-code-step-up-intro = Someone, hopefully you, is signed in to your account at { $site } and wants to change something. This code confirms it:
mail-code-step-up-stranger = If it is not you, someone else is in your account: change your password, or tell your administrator.
