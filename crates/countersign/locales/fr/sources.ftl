# Ce que lisent les personnes d’un annuaire (LDAP, Active Directory) quand il leur barre la route.

login-fault-unavailable = La connexion est impossible pour le moment
login-fault-unavailable-next = Le système qui vérifie votre mot de passe ne répond pas. Votre mot de passe n’a pas été vérifié, et cet essai ne compte pas. Réessayez dans quelques minutes ; si cela se répète, contactez { $contact }.

## A login that cannot go on, after a right password

refused-account-expired-title = Votre compte a expiré
refused-account-expired-what = Votre mot de passe est correct, mais votre compte a été créé pour une durée limitée, et celle-ci est écoulée.
refused-account-expired-next = Si vous en avez encore besoin, contactez { $contact }.
refused-not-in-group-title = Votre compte n’est pas admis ici
refused-not-in-group-what = Votre mot de passe est correct, mais votre compte ne fait pas partie des personnes qui peuvent se connecter ici.
refused-not-in-group-next = Si vous devriez y avoir accès, contactez { $contact } et demandez à être admis.
refused-outside-hours-title = Vous ne pouvez pas vous connecter à cette heure
refused-outside-hours-what = Votre mot de passe est correct, mais votre compte ne peut se connecter qu’à certaines heures, ou que depuis certains ordinateurs.
refused-outside-hours-next = Réessayez pendant vos heures de travail. Si cela ne suffit pas, contactez { $contact }.
refused-password-expired-title = Votre mot de passe doit d’abord être changé
refused-password-expired-what = Votre mot de passe est correct, mais il est trop ancien, ou il vous a été donné pour être remplacé.
refused-password-expired-next = Changez-le là où vous le faites d’habitude, par exemple dans Windows (Ctrl+Alt+Suppr, « Modifier un mot de passe »), puis connectez-vous ici avec le nouveau. Si vous n’y arrivez pas, contactez { $contact }.
