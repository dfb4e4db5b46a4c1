### Ce qui part par SMS et par e-mail.
###
### Un SMS tient sur une ligne ici ; le programme ajoute dessous la ligne « @hôte #code ». Au plus 90 caractères sans le
### nom du site, et dans l’alphabet GSM : é è à ù Ç y sont, mais pas ç â ê î ô û ë ï œ, ni l’apostrophe courbe, ni
### l’espace insécable. Un seul caractère hors de cet alphabet double le prix ; les tests le refusent.
### Aucun lien dans un SMS : on apprend à se méfier d’un lien à côté d’un code, et les opérateurs les bloquent. Le
### programme en ajoute un à l’e-mail, vers la page « Ce n’était pas moi ».

sms-code-login = { $site }: { $code } est votre code de connexion, valable { $minutes } min. Ne le donnez à personne, ni à nous.
# Ajouté quand le SMS reste d’une seule partie.
sms-code-stranger = Pas vous? Prévenez-nous.
sms-code-test = { $site }: ceci est un message de test. { $code } est un exemple de code et n'ouvre rien.
# Ajouté à un texte renvoyé : les opérateurs suppriment un texte identique au précédent.
message-number = (message { $number })

mail-code-login-subject = { $site } : votre code de connexion
mail-code-login-intro = Quelqu’un, sans doute vous, se connecte à { $site } avec votre mot de passe. Ce code termine la connexion :
mail-code-login-valid = { $minutes ->
    [1] Il est valable une minute et ne sert qu’une fois.
    [one] Il est valable { $minutes } minute et ne sert qu’une fois.
   *[other] Il est valable { $minutes } minutes et ne sert qu’une fois.
}
mail-code-login-never = Nous ne demandons jamais ce code. Ne le lisez à personne et ne le transmettez à personne, qui que ce soit qui le demande.
mail-code-login-stranger = Si vous n’êtes pas en train de vous connecter, quelqu’un d’autre connaît votre mot de passe : changez-le, ou prévenez votre administrateur.
mail-code-host = Ne le saisissez que sur { $host }.

mail-code-test-subject = { $site } : message de test
mail-code-test-intro = Ce message a été envoyé pour tester l’envoi d’e-mails depuis { $site }. Un code se présente ainsi :
mail-code-test-valid = C’est un exemple, et il n’ouvre rien.
mail-code-test-never = Vous n’avez rien à faire.
mail-code-test-stranger = Si vous n’attendiez pas ce message, prévenez votre administrateur.

## Prouver quelque chose dans une session, et prouver une nouvelle adresse

sms-code-contact = { $site }: { $code } confirme ce numéro, valable { $minutes } min. Ne le donnez à personne.
sms-code-step-up = { $site }: { $code } est votre code pour modifier votre compte, valable { $minutes } min. Ne le donnez à personne.

mail-code-contact-subject = { $site } : confirmez cette adresse e-mail
mail-code-contact-intro = Quelqu’un, sans doute vous, veut utiliser cette adresse e-mail pour un compte chez { $site }. Ce code la confirme :
mail-code-contact-stranger = Si vous n’avez rien demandé, ne faites rien : sans le code, l’adresse n’est pas utilisée.

mail-code-step-up-subject = { $site } : confirmez que c’est bien vous
mail-code-step-up-intro = Quelqu’un, sans doute vous, est connecté à votre compte chez { $site } et veut y changer quelque chose. Ce code le confirme :
mail-code-step-up-stranger = Si ce n’est pas vous, quelqu’un d’autre est dans votre compte : changez votre mot de passe, ou prévenez votre administrateur.
