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
